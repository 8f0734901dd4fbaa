import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SimplePredicate } from '#consumption/sql'
import { projectedDates } from './projected-dates.ts'
import { fulfils } from './simple-values.ts'

function project(
  properties: Readonly<Record<string, string>>,
  predicates: readonly SimplePredicate[] = [],
  now = '2026-03-31T12:30:00Z',
): readonly string[] {
  return projectedDates({
    property: (name) => properties[name],
    nowMs: Date.parse(now),
    type: 'string',
    predicates,
    valuesMax: 1000,
    invalid: (what) => new Error(`${what} cannot be used`),
    tooMany: () => new Error('too many'),
  })
}

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type */
describe('dates by projection', () => {
  const cases: readonly (readonly [Record<string, string>, readonly string[]])[] = [
    [{ format: 'yyyyMM', range: '201711,201802' }, ['201711', '201712', '201801', '201802']],
    [
      { format: 'dd-MM-yyyy', range: '30-12-2018,01-01-2019' },
      ['30-12-2018', '31-12-2018', '01-01-2019'],
    ],
    // From the 31st, each month once.
    [{ format: 'yyyy-MM', range: 'NOW-3MONTHS,NOW' }, ['2025-12', '2026-01', '2026-02', '2026-03']],
    [{ format: 'yyyy-MM', range: 'NOW-1MONTH,2026-04' }, ['2026-02', '2026-03', '2026-04']],
    [
      { format: 'yyyy-MM-dd', range: 'NOW - 1 DAY , NOW + 1DAY' },
      ['2026-03-30', '2026-03-31', '2026-04-01'],
    ],
    [{ format: 'yyyy', range: 'NOW-2YEARS,NOW' }, ['2024', '2025', '2026']],
    [
      { format: 'yyyy-MM-dd', range: '2024-02-20,NOW', 'interval.unit': 'YEARS' },
      ['2024-02-20', '2025-02-20', '2026-02-20'],
    ],
    [
      {
        format: 'yyyy/MM/dd/HH',
        range: '2024/01/01/00,2024/01/01/12',
        interval: '6',
        'interval.unit': 'HOURS',
      },
      ['2024/01/01/00', '2024/01/01/06', '2024/01/01/12'],
    ],
    [
      { format: 'yyyy-MM-dd HH:mm:ss', range: 'NOW-2MINUTES,NOW', 'interval.unit': 'MINUTES' },
      ['2026-03-31 12:28:00', '2026-03-31 12:29:00', '2026-03-31 12:30:00'],
    ],
    [
      {
        format: "'year='yyyy'/week='MM-dd",
        range: 'year=2024/week=01-01,year=2024/week=01-15',
        'interval.unit': 'WEEKS',
      },
      ['year=2024/week=01-01', 'year=2024/week=01-08', 'year=2024/week=01-15'],
    ],
    [{ format: 'yyyy/M/d', range: '2024/2/29,2024/3/1' }, ['2024/2/29', '2024/3/1']],
    [{ format: 'dd MMM yyyy', range: '30 Jun 2024,01 Jul 2024' }, ['30 Jun 2024', '01 Jul 2024']],
    [{ format: "HH 'o''clock'", range: "08 o'clock,09 o'clock" }, ["08 o'clock", "09 o'clock"]],
    [{ format: 'yyyy-MM-dd', range: '2024-01-02,2024-01-01' }, []],
  ]
  for (const [properties, values] of cases) {
    it(JSON.stringify(properties), () => assert.deepEqual(project(properties), values))
  }

  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ format: 'yyyy-ww', range: '2024-01,2024-02' }, /format/],
    [{ format: 'yyyy-MM-dd', range: '2024-01-01' }, /range/],
    [{ format: 'yyyy-MM-dd', range: '2024-02-30,NOW' }, /range/],
    [{ format: 'yyyy-MM-dd', range: 'LATER,NOW' }, /range/],
    [{ format: 'yyyy-MM-dd', range: 'NOW,NOW', interval: '0' }, /interval/],
    [{ format: 'yyyy-MM-dd', range: 'NOW,NOW', 'interval.unit': 'AGES' }, /interval.unit/],
    [{ format: 'yyyy-MM-dd-HH-mm', range: '2000-01-01-00-00,NOW' }, /too many/],
  ]
  for (const [properties, reason] of wrong) {
    it(`refuses ${JSON.stringify(properties)}`, () => {
      assert.throws(() => project(properties), reason)
    })
  }

  const minutes = { format: 'yyyy-MM-dd-HH-mm', range: '2000-01-01-00-00,NOW' }
  const simple = (operator: SimplePredicate['operator'], ...values: string[]): SimplePredicate => ({
    key: 'k',
    operator,
    values,
  })

  it('finds few of millions by what the query asks', () => {
    assert.deepEqual(project(minutes, [simple('=', '2024-05-06-07-08')]), ['2024-05-06-07-08'])
    assert.deepEqual(
      project(minutes, [simple('in', '2024-05-06-07-09', '1999-01-01-00-00', '2024-05-06-07-08')]),
      ['2024-05-06-07-08', '2024-05-06-07-09'],
    )
    assert.deepEqual(
      project(minutes, [simple('>', '2024-05-06-07-08'), simple('<=', '2024-05-06-07-10')]),
      ['2024-05-06-07-09', '2024-05-06-07-10'],
    )
    assert.equal(project(minutes, [simple('between', '2024-05-06', '2024-05-06-01')]).length, 60)
    assert.deepEqual(project(minutes, [simple('>=', '2031'), simple('<', '2030')]), [])
  })

  it('leaves no value out that fulfils the conditions', () => {
    let state = 7
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return Math.floor((state / 0x80000000) * below)
    }
    const operators = ['=', '<>', '<', '<=', '>', '>=', 'in', 'between'] as const
    for (let round = 0; round < 300; round += 1) {
      const properties = {
        format: ['yyyy-MM-dd', 'yyyyMMdd', 'dd.MM.yyyy', 'yyyy/M/d'][random(4)]!,
        interval: String(1 + random(4)),
        'interval.unit': ['DAYS', 'WEEKS', 'MONTHS'][random(3)]!,
        range: 'NOW-1YEARS,NOW',
      }
      const all = project(properties)
      const value = () => (random(5) === 0 ? '2025-1' : all[random(all.length)]!)
      const predicates = Array.from({ length: 1 + random(2) }, () =>
        simple(operators[random(8)]!, value(), value(), value()),
      )
      const asked = (values: readonly string[]) =>
        values.filter((each) =>
          predicates.every((predicate) => fulfils(each, 'string', predicate) !== false),
        )
      const found = asked(project(properties, predicates))
      assert.deepEqual(found, asked(all), JSON.stringify({ properties, predicates }))
    }
  })
})
