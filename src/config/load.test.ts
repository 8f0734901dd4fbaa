import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isLakeError } from '#kit'
import { optionsHelp } from './help.ts'
import { loadConfig } from './load.ts'
import { options, type OptionName } from './options.ts'

const refused = (pattern: RegExp) => (error: unknown) =>
  isLakeError(error, 'BadOption') && pattern.test(error.message)

describe('configuration', () => {
  it('takes a flag before a variable before the default', () => {
    const variables = { BOATHOUSE_PORT: '5000', BOATHOUSE_REGION: 'eu-west-1' }
    const { config } = loadConfig(['--port', '6000'], variables)
    assert.equal(config.port, 6000)
    assert.equal(config.region, 'eu-west-1')
    assert.equal(config.host, '127.0.0.1')
  })

  it('names what is wrong', () => {
    assert.throws(() => loadConfig(['--port', 'abc'], {}), refused(/--port is a whole number/))
    assert.throws(() => loadConfig(['--port', '70000'], {}), refused(/from 0 to 65535/))
    assert.throws(() => loadConfig(['--prot', '1'], {}), refused(/--prot/))
    assert.throws(
      () => loadConfig([], { BOATHOUSE_ACCOUNT_ID: '12' }),
      refused(/BOATHOUSE_ACCOUNT_ID must be 12 digits/),
    )
    assert.throws(() => loadConfig([], { BOATHOUSE_LOG_LEVEL: 'loud' }), refused(/one of trace/))
  })

  it('never shows a secret in an error', () => {
    assert.throws(
      () => loadConfig([], { BOATHOUSE_ROOT_SECRET_ACCESS_KEY: 'a b' }),
      (error: Error) => !error.message.includes('a b'),
    )
  })

  it('wants TLS, or an explicit flag, for an address that others reach', () => {
    assert.throws(() => loadConfig(['--host', '0.0.0.0'], {}), refused(/--allow-plaintext/))
    assert.equal(loadConfig(['--host', '0.0.0.0', '--allow-plaintext'], {}).config.host, '0.0.0.0')
    assert.equal(loadConfig(['--host', '::1'], {}).config.host, '::1')
  })

  it('wants both root keys or neither', () => {
    assert.throws(
      () => loadConfig(['--root-access-key-id', 'AKIAEXAMPLE'], {}),
      refused(/go together/),
    )
  })

  it('explains every option in the help', () => {
    const help = optionsHelp(Object.keys(options) as OptionName[])
    for (const spec of Object.values(options)) assert.ok(help.includes(spec.meaning))
  })
})
