import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endedExecution } from '../executions/execution.fixture.ts'
import { csvLine } from './csv.ts'
import { resultPage } from './result-pages.ts'

const execution = endedExecution()

/** All pages of a result, and how often its bytes were read, and how many. */
async function pagesOf(bytes: Buffer, limit: number) {
  const pages: (readonly (string | null)[])[][] = []
  let reads = 0
  let readBytes = 0
  const open = async () => async (start: number, length: number) => {
    const part = bytes.subarray(start, start + length)
    reads += 1
    readBytes += part.length
    return { bytes: part, sizeBytes: bytes.length }
  }
  let nextToken: string | undefined
  do {
    const input = nextToken === undefined ? { limit } : { limit, nextToken }
    const page = await resultPage(execution, open, input)
    pages.push([...page.rows])
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return { pages, reads, readBytes }
}

describe('the pages of a result', () => {
  it('have every row once, in order, however long rows are', async () => {
    const lengths = [1, 10, 100, 1000, 10_000, 100_000, 1_200_000]
    const rows = Array.from({ length: 400 }, (_, index) => {
      const length = Math.floor(Math.random() * lengths[index % (index > 390 ? 7 : 5)]!)
      return [String(index), index % 3 === 0 ? null : 'x"\n'.repeat(length / 3)]
    })
    const bytes = Buffer.from(rows.map(csvLine).join(''))
    for (const limit of [1, 7, 399, 1000]) {
      const { pages } = await pagesOf(bytes, limit)
      assert.ok(pages.slice(0, -1).every((page) => page.length === limit))
      assert.deepEqual(pages.flat(), rows)
    }
  })

  it('are one read each where rows are short, and two where they are not', async () => {
    for (const [width, readsMax] of [
      [30, 1],
      [1000, 2],
    ] as const) {
      const line = csvLine(['x'.repeat(width)])
      const { pages, reads, readBytes } = await pagesOf(Buffer.from(line.repeat(20_000)), 1000)
      assert.equal(pages.length, 20)
      assert.ok(reads <= 20 * readsMax, `${reads} reads`)
      assert.ok(readBytes < 20 * (128 * 1024 + 1.3 * 1000 * line.length), `${readBytes} bytes`)
    }
  })

  it('end with an error, not without a word, at a row that is too long to be read', async () => {
    const bytes = Buffer.concat([Buffer.from('"1"\n"'), Buffer.alloc(130 * 1024 * 1024, 'x')])
    const open = async () => async (start: number, length: number) => ({
      bytes: bytes.subarray(start, start + length),
      sizeBytes: bytes.length * 2,
    })
    const first = await resultPage(execution, open, { limit: 2 })
    assert.deepEqual(first.rows, [['1']])
    const next = resultPage(execution, open, { limit: 2, nextToken: first.nextToken! })
    await assert.rejects(next, /longer than/)
  })
})
