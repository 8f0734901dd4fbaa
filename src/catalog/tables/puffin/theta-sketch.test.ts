import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  estimateOf,
  readThetaSketch,
  sketchOf,
  sketchSize,
  unionOf,
  writeThetaSketch,
} from './theta-sketch.ts'

/** What `datasketches` 5.2 for Python makes of the whole numbers below 1000, of 32 nominal entries: it keeps 34 and estimates 842.388. */
const ofLibrary =
  'AwMDAAAazJMiAAAAAAAAAPyOAV9ckCoF1Ynt8rp0KgDerGvh4dllAPp0s0wWsW4Ax8SBhRN/cwD/PttJMfqWAFFnAT7v4t0AS79+7n5A9QDkx1gSmsQGAa9fFaZJkk4BCiLbtxyHXwGIZVc30Qp0AXt/7GbteH8B+zh5iRMkjwG5v5/q+p6qAXg9RuN9fNMB76+uz1vd9AGU3tbIoHUqAtHutbEZtJMCbfP7iFWNlgJzR6JuOU2ZAq6a0RmkcCcDpZB75TT5bQO4M7Uaw25yAw9dEZDciLEDOT7rFhPOswPmYjhuPX/TAzhdoPBmO9UDc2Jo3ktr/ANJYruQYrb8A+invWj+C4YEnUP/4lWBoATi2s+fzeq+BEWlRzOsrN0E7QtNbVK6BgU='

/** Numbers that look like hashes. */
const spread = (count: number, offset = 0) =>
  Array.from({ length: count }, (_, at) => (BigInt(at + 1) << 48n) + BigInt(offset))

describe('theta sketches', () => {
  it('reads what the library wrote, and estimates as it does', () => {
    const sketch = readThetaSketch(Buffer.from(ofLibrary, 'base64'), 'a')
    assert.equal(sketch.hashes.length, 34)
    assert.equal(estimateOf(sketch), 842)
    assert.deepEqual(readThetaSketch(writeThetaSketch(sketch), 'b'), sketch)
  })

  it('writes none, one, some and many values as the library has them', () => {
    // `update("1")`, and besides it `update("0")`, as the library serialises them but for the float that Java keeps at 12.
    const [one, zero] = [703442578091529045n, 8521385170338529891n]
    assert.equal(writeThetaSketch(sketchOf([])).toString('hex'), '01030300001ecc93')
    assert.equal(
      writeThetaSketch(sketchOf([one, zero])).toString('hex'),
      '02030300001acc93020000000000803f55d3073b4c21c30963424f08aa0a4276',
    )
    for (const count of [0, 1, 2, sketchSize, sketchSize + 1]) {
      const sketch = sketchOf(spread(count))
      assert.deepEqual(readThetaSketch(writeThetaSketch(sketch), 'c'), sketch, `${count}`)
      if (count <= sketchSize) assert.equal(estimateOf(sketch), count)
    }
    assert.equal(sketchOf(spread(sketchSize + 1)).hashes.length, sketchSize)
  })

  it('unites sketches: values of both count once, and the smaller theta holds', () => {
    const [a, b] = [sketchOf(spread(10)), sketchOf(spread(15))]
    assert.equal(estimateOf(unionOf(a, b)), 15)
    const many = sketchOf(spread(sketchSize + 500))
    const both = unionOf(many, sketchOf(spread(20, 1)))
    assert.ok(both.theta < many.theta)
    assert.equal(both.hashes.length, sketchSize)
    assert.ok(both.hashes.every((hash) => hash < both.theta))
  })

  it('refuses what is damaged or of another form', () => {
    const bytes = writeThetaSketch(sketchOf(spread(5)))
    const damaged = (change: (copy: Buffer) => Buffer | void) => {
      const copy = Buffer.from(bytes)
      return () => readThetaSketch(change(copy) ?? copy, 's3://b/file')
    }
    assert.throws(
      damaged((copy) => copy.subarray(0, 4)),
      { code: 'ManifestUnreadable' },
    )
    assert.throws(
      damaged((copy) => copy.subarray(0, 40)),
      /s3:\/\/b\/file.*missing/,
    )
    assert.throws(
      damaged((copy) => void copy.writeUInt16LE(1, 6)),
      /another seed/,
    )
    assert.throws(
      damaged((copy) => void (copy[1] = 4)),
      { code: 'UnsupportedFormat' },
    )
    assert.throws(
      damaged((copy) => void copy.fill(0, 16, 24)),
      /damaged/,
    )
  })
})
