import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { csvLine, readCsvRows } from './csv.ts'

const rows: (string | null)[][] = [
  ['a', null, ''],
  [null, null, null],
  ['quote " and ""', 'new\nline', ',comma'],
  ['ü', 'last', null],
]

describe('the CSV of results', () => {
  it('is quoted, with NULL as nothing', () => {
    assert.equal(csvLine(['a"b', null, '']), '"a""b",,""\n')
  })

  it('is read back, whatever the size of what is read at once', () => {
    const bytes = Buffer.from(rows.map(csvLine).join(''))
    for (let size = 1; size <= bytes.length; size++) {
      const found: unknown[] = []
      let offset = 0
      let length = size
      while (offset < bytes.length) {
        const part = bytes.subarray(offset, offset + length)
        const read = readCsvRows(part, 2, offset + length >= bytes.length)
        if (read.length === 0) {
          length += size
          continue
        }
        found.push(...read.map((row) => row.values))
        offset += read.at(-1)!.endOffset
        length = size
      }
      assert.deepEqual(found, rows, `${size} bytes at once`)
    }
  })

  it('keeps a lone NULL column', () => {
    const bytes = Buffer.from('"x"\n\n"y"\n')
    assert.deepEqual(
      readCsvRows(bytes, 10, true).map((row) => row.values),
      [['x'], [null], ['y']],
    )
  })
})
