import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { KeyHashes, lanes } from './key-hashes.ts'

const digest = new Uint32Array(4)

test('the MD5 of several texts at once is that of the standard, whatever was hashed before', () => {
  const hashes = new KeyHashes()
  for (let time = 0; time < 20_000; time += 1) {
    const count = 1 + Math.floor(Math.random() * lanes)
    const texts = Array.from({ length: count }, () => randomBytes(Math.floor(Math.random() * 70)))
    if (time < 256) texts[0] = Buffer.alloc(time, 'x')
    // Not at the start of their buffer, and not at its end.
    for (const [lane, text] of texts.entries()) {
      const padded = Buffer.concat([Buffer.from('ab'), text, Buffer.from('yz')])
      hashes.give(lane, padded, 2, padded.length - 2)
    }
    hashes.digest()
    for (const [lane, text] of texts.entries()) {
      hashes.take(lane, digest)
      const hex = [...digest].map((word) => word.toString(16).padStart(8, '0')).join('')
      assert.equal(hex, createHash('md5').update(text).digest('hex'), text.toString('hex'))
    }
  }
})
