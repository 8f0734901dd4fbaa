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
    // The first does not stand at the start of the buffer, and the last at its end.
    const bytes = Buffer.concat([Buffer.from('ab'), ...texts])
    hashes.readIn(bytes)
    let at = 2
    for (const [lane, text] of texts.entries()) {
      hashes.give(lane, at, at + text.length)
      at += text.length
    }
    hashes.digest()
    for (const [lane, text] of texts.entries()) {
      hashes.take(lane, digest)
      const hex = [...digest].map((word) => word.toString(16).padStart(8, '0')).join('')
      assert.equal(hex, createHash('md5').update(text).digest('hex'), text.toString('hex'))
    }
  }
})
