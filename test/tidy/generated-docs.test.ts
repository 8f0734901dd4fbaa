import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { generatedPages } from '../../scripts/generate-docs.ts'

test('the generated pages of docs/reference say what the code does', async () => {
  for (const [path, text] of await generatedPages()) {
    const written = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    assert.equal(written, text, `${path} is stale: run 'npm run docs'`)
  }
})
