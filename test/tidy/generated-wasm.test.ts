import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { generatedModules } from '../../scripts/build-wasm.ts'

test('the WebAssembly modules are what the compiler makes of their sources', async () => {
  const modules = await generatedModules()
  assert.ok(modules.length > 0)
  for (const [path, text] of modules) {
    const written = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    assert.ok(written === text, `${path} is stale: run 'npm run wasm'`)
  }
})
