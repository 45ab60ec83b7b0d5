export class Random {
  constructor(private readonly rng: () => number) {}
  normal(): number { const u = Math.max(this.rng(), 1e-300); return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.rng()); }
  normals(k: number): number[] { return Array.from({ length: k }, () => this.normal()); }
  permutation(n: number): number[] {
    const out: number[] = [];
    for (let i = 0; i < n; i++) { const j = Math.floor(this.rng() * (i + 1)); out.push(out[j] ?? i); out[j] = i; }
    return out;
  }
}
