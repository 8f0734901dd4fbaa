import assert from 'node:assert/strict'
import type { ShardSpans, StreamLog } from '../stream-log.ts'

/** What the records of spans say, read in pages with as many calls as these limits take, none of which gives more. */
export async function textsInPages(
  log: StreamLog,
  logId: string,
  spans: ShardSpans,
  limits: { readonly limitRecords: number; readonly limitBytes: number },
): Promise<readonly string[]> {
  const found: string[] = []
  let { afters } = spans
  for (let isComplete = false; !isComplete;) {
    const read = await log.readPages(logId, { ...spans, afters }, limits)
    assert.ok(read)
    let [records, sizeBytes] = [0, 0]
    for (const { bytes, starts, ends, dataBytes, release } of read.pages) {
      const texts = Array.from(starts, (start, index) => bytes.toString('utf8', start, ends[index]))
      const size = texts.reduce((sum, text) => sum + text.length, 0)
      assert.equal(dataBytes, size)
      records += texts.length
      sizeBytes += size
      found.push(...texts)
      release()
    }
    assert.ok(records <= limits.limitRecords)
    assert.ok(records < 2 || sizeBytes <= limits.limitBytes)
    ;({ afters, isComplete } = read)
  }
  return found
}
