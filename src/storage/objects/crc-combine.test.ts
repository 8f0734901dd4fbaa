import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checksumOf } from './checksums.ts'
import { combineCrc } from './crc-combine.ts'

for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
  it(`${algorithm} of a whole follows from its parts`, async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 251))
    for (const cut of [0, 1, 7, 2500, 4999, 5000]) {
      const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)]
      const whole = combineCrc(
        algorithm,
        await checksumOf(algorithm, first),
        await checksumOf(algorithm, second),
        second.length,
      )
      assert.equal(whole, await checksumOf(algorithm, bytes), String(cut))
    }
  })
}

it('checksums have the check values of their catalogue', async () => {
  // https://reveng.sourceforge.io/crc-catalogue/all.htm
  const check = async (algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME') =>
    Buffer.from(await checksumOf(algorithm, Buffer.from('123456789')), 'base64').toString('hex')
  assert.equal(await check('CRC32'), 'cbf43926')
  assert.equal(await check('CRC32C'), 'e3069283')
  assert.equal(await check('CRC64NVME'), 'ae8b14860a799888')
})
