import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTimestamp, printTimestamp } from './timestamp.ts'

test('each format reads what it prints', () => {
  const date = new Date('2026-02-03T04:05:06.000Z')
  for (const format of ['epochSeconds', 'dateTime', 'httpDate'] as const) {
    assert.deepEqual(parseTimestamp(printTimestamp(date, format), format), date, format)
  }
  assert.equal(printTimestamp(new Date(1500), 'epochSeconds'), '1.5')
  assert.equal(printTimestamp(new Date(1500), 'dateTime'), '1970-01-01T00:00:01.500Z')
})

test('offsets, fractions and the obsolete HTTP dates', () => {
  const iso = (text: string) => parseTimestamp(text, 'dateTime')?.toISOString()
  assert.equal(iso('2026-02-03T04:05:06+02:00'), '2026-02-03T02:05:06.000Z')
  assert.equal(iso('2026-02-03T04:05:06.123456Z'), '2026-02-03T04:05:06.123Z')
  assert.equal(iso('2026-02-03'), '2026-02-03T00:00:00.000Z')
  const http = (text: string) => parseTimestamp(text, 'httpDate')?.toISOString()
  assert.equal(http('Sun, 06 Nov 1994 08:49:37 GMT'), '1994-11-06T08:49:37.000Z')
  assert.equal(http('Sunday, 06-Nov-94 08:49:37 GMT'), '1994-11-06T08:49:37.000Z')
  assert.equal(http('Sun Nov  6 08:49:37 1994'), '1994-11-06T08:49:37.000Z')
})

test('what is no instant is refused', () => {
  for (const text of ['2026-02-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-02-03 04:05:06', '']) {
    assert.equal(parseTimestamp(text, 'dateTime'), undefined, text)
  }
  for (const text of ['yesterday', '1e999', '0x10']) {
    assert.equal(parseTimestamp(text, 'epochSeconds'), undefined, text)
  }
  assert.equal(parseTimestamp('Sun, 99 Nov 1994 08:49:37 GMT', 'httpDate'), undefined)
})
