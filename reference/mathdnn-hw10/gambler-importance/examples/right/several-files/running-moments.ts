export class RunningMoments {
  private count = 0;
  private squares = 0;
  mean = 0;

  add(value: number): void {
    this.count += 1;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (value - this.mean);
  }

  get standardError(): number {
    return Math.sqrt(this.squares / (this.count - 1)) / Math.sqrt(this.count);
  }
}
