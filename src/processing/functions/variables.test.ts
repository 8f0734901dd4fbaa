import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functionVariables } from './variables.ts'

const turned = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
const variables = functionVariables({ seal: turned, unseal: turned })

test('variables are sealed, the same ones once, and open again', () => {
  const sealed = variables.seal({ TOKEN: 'secret' })
  assert.ok(sealed !== undefined && !Buffer.from(sealed, 'base64').includes('secret'))
  assert.deepEqual(variables.open(sealed), { TOKEN: 'secret' })
  assert.equal(variables.seal({ TOKEN: 'secret' }, sealed), sealed)
  assert.notEqual(variables.seal({ TOKEN: 'other' }, sealed), sealed)
  assert.equal(variables.seal({}, sealed), undefined)
})

test('variables that lie plain open, and are sealed when they are set again', () => {
  assert.deepEqual(variables.open({ TOKEN: 'secret' }), { TOKEN: 'secret' })
  const sealed = variables.seal({ TOKEN: 'secret' }, { TOKEN: 'secret' })
  assert.deepEqual(variables.open(sealed), { TOKEN: 'secret' })
})
