import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextRunMs, parseCron } from './cron.ts'

/** Forms and meanings: https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html */
describe('cron', () => {
  const next = (expression: string, after: string) => {
    const ms = nextRunMs(parseCron(expression)!, Date.parse(after))
    return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16)
  }
  const cases: [string, string, string | undefined][] = [
    ['cron(0 10 * * ? *)', '2024-01-01T10:00:00Z', '2024-01-02T10:00'],
    ['cron(15 12 * * ? *)', '2024-01-01T12:14:59Z', '2024-01-01T12:15'],
    ['cron(0 18 ? * MON-FRI *)', '2024-01-05T18:00:00Z', '2024-01-08T18:00'],
    ['cron(0 8 1 * ? *)', '2024-01-01T09:00:00Z', '2024-02-01T08:00'],
    ['cron(0/15 * * * ? *)', '2024-01-01T23:50:00Z', '2024-01-02T00:00'],
    ['cron(0 0 L * ? *)', '2024-02-01T00:00:00Z', '2024-02-29T00:00'],
    ['cron(0 0 1W * ? *)', '2024-06-01T00:00:00Z', '2024-06-03T00:00'],
    ['cron(0 0 ? * 2#1 *)', '2024-01-02T00:00:00Z', '2024-02-05T00:00'],
    ['cron(0 0 ? * 6L *)', '2024-01-01T00:00:00Z', '2024-01-26T00:00'],
    ['cron(0 0 29 FEB ? *)', '2024-03-01T00:00:00Z', '2028-02-29T00:00'],
    ['cron(0 0 1 1 ? 2020)', '2024-03-01T00:00:00Z', undefined],
  ]
  for (const [expression, after, expected] of cases) {
    it(expression, () => assert.equal(next(expression, after), expected))
  }

  it('refuses what is no schedule', () => {
    for (const bad of [
      '0 10 * * ? *',
      'cron(0 10 * * *)',
      'cron(60 10 * * ? *)',
      'cron(0 10 ? * ? *)',
      'cron(0 10 1 * MON *)',
      'cron(0/0 10 * * ? *)',
      'cron(a 10 * * ? *)',
      'rate(5 minutes)',
    ])
      assert.equal(parseCron(bad), undefined, bad)
  })
})
