import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCRC64 } from 'hash-wasm'
import { crc64Nvme } from './crc64.ts'

describe('CRC-64/NVME', () => {
  it('is what the catalogue of CRCs says', () => {
    // https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
    assert.equal(crc64Nvme(Buffer.from('123456789')), 0xae8b14860a799888n)
    assert.equal(crc64Nvme(Buffer.alloc(0)), 0n)
  })

  it('is what another library finds, whatever the length and however it comes', async () => {
    const other = await createCRC64('9a6c9329ac4bc9b5')
    const bytes = Buffer.alloc(300_000)
    let state = 1
    for (let at = 0; at < bytes.length; at += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      bytes[at] = state >>> 24
    }
    for (const size of [1, 7, 8, 9, 511, 2047, 2048, 2049, 4096, 65_535, 65_537, 300_000]) {
      const some = bytes.subarray(0, size)
      const expected = BigInt(`0x${other.init().update(some).digest()}`)
      assert.equal(crc64Nvme(some), expected, `${size} bytes`)
      const half = Math.floor(size / 3)
      assert.equal(crc64Nvme(some.subarray(half), crc64Nvme(some.subarray(0, half))), expected)
    }
  })
})
