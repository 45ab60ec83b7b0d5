import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRoster } from '../../harness/intake/roster.ts';

describe('readRoster', () => {
  it('reads columns in any order, groups, quotes and a byte order mark', () => {
    const text =
      '\ufeffname,submission,email,grade\r\n"L, ""Ada""",ada,a@x,1\r\nBob,team 1,,\r\nCarl,team 1,c@x,\r\n\r\n';
    expect(Object.fromEntries(readRoster(text, 'students.csv'))).toEqual({
      ada: { students: [{ name: 'L, "Ada"', email: 'a@x' }] },
      'team 1': { students: [{ name: 'Bob' }, { name: 'Carl', email: 'c@x' }] },
    });
  });

  it('reads back whatever a CSV writer wrote', () => {
    const cell = fc.string().map((text) => text.trim());
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            cell.filter((id) => id !== ''),
            cell,
          ),
          { minLength: 1 },
        ),
        (rows) => {
          const text = stringify([['submission', 'name'], ...rows]);
          const roster = readRoster(text, 'x');
          const names = rows.filter(([id]) => id === rows[0]![0]).map(([, name]) => (name === '' ? {} : { name }));
          expect(roster.get(rows[0]![0])?.students).toEqual(names);
        },
      ),
    );
  });

  it.each([
    ['name\nAda', 'line 1'],
    ['', 'line 1'],
    ['submission,name\nada', 'line 2'],
    ['submission,name\nada,x\n,y', 'line 3'],
    ['submission,submittedAt\nada,yesterday', 'line 2'],
    ['submission,submittedAt\nada,2026-07-01T12:00:00', 'line 2'],
    ['submission,submittedAt\nada,2026-07-01T12:00:00Z\nada,2026-07-02T12:00:00Z', 'line 3'],
    ['submission,name\n"a\nb",x\nc', 'line 4'],
    ['submission,name\n"ada,x', 'line 2'],
  ])('refuses %j and says where', (text, where) => {
    expect(() => readRoster(text, 'students.csv')).toThrow(where);
  });
});
