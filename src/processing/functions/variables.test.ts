import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FunctionErrors } from './errors.ts'
import { functionVariables } from './variables.ts'

const turned = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
const ref = { accountId: '123456789012', region: 'us-east-1', name: 'f' }
const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/k'
let disabled = false
const requireUsable = async () => {
  if (disabled) throw FunctionErrors.KmsKeyDisabled('disabled')
}
/** What was sealed for another function does not open. */
const variables = functionVariables(
  { seal: turned, unseal: turned },
  {
    seal: async (arn, plain, functionArn) =>
      Buffer.from(`${arn} ${functionArn} ${turned(plain).toString('latin1')}`, 'latin1'),
    unseal: async (arn, sealed, functionArn) => {
      await requireUsable()
      const prefix = `${arn} ${functionArn} `
      const text = Buffer.from(sealed).toString('latin1')
      assert.ok(text.startsWith(prefix))
      return turned(Buffer.from(text.slice(prefix.length), 'latin1'))
    },
    requireUsable,
  },
)

for (const key of [undefined, keyArn]) {
  test(`variables are sealed under ${key ? 'a KMS key' : "the lake's key"}, the same ones once, and open again`, async () => {
    const kept = await variables.seal(ref, { TOKEN: 'secret' }, key)
    assert.equal(kept.kmsKeyArn, key)
    assert.ok(!Buffer.from(kept.environment as string, 'base64').includes('secret'))
    assert.deepEqual(await variables.open(ref, kept), { TOKEN: 'secret' })
    assert.deepEqual(await variables.seal(ref, { TOKEN: 'secret' }, key, kept), kept)
    assert.notDeepEqual(await variables.seal(ref, { TOKEN: 'other' }, key, kept), kept)
    const other = await variables.seal(ref, { TOKEN: 'secret' }, key ? undefined : keyArn, kept)
    assert.notEqual(other.environment, kept.environment)
    assert.equal((await variables.seal(ref, {}, key, kept)).environment, undefined)
  })
}

test('a KMS key that is disabled keeps variables shut, also those that a process knows', async () => {
  const kept = await variables.seal(ref, { TOKEN: 'secret' }, keyArn)
  disabled = true
  try {
    for (const work of [() => variables.open(ref, kept), () => variables.requireOpen(kept)]) {
      await assert.rejects(work, { code: 'KmsKeyDisabled' })
    }
    await variables.requireOpen({ environment: undefined, kmsKeyArn: keyArn })
  } finally {
    disabled = false
  }
  await variables.requireOpen(kept)
})

test('variables that lie plain open, and are sealed when they are set again', async () => {
  const plain = { environment: { TOKEN: 'secret' } }
  assert.deepEqual(await variables.open(ref, plain), { TOKEN: 'secret' })
  const kept = await variables.seal(ref, { TOKEN: 'secret' }, undefined, plain)
  assert.equal(typeof kept.environment, 'string')
  assert.deepEqual(await variables.open(ref, kept), { TOKEN: 'secret' })
})
