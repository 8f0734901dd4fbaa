import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deadLinks, missingCommands, missingFiles } from './documents.ts'
import { repositoryTexts } from './repository.ts'
import { root } from './source.ts'

const texts = new Map(repositoryTexts())
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const scripts = new Set(Object.keys(manifest.scripts))

test('links of documents lead somewhere', () => {
  assert.deepEqual(deadLinks(texts), [])
})

test('files that documents name are there', () => {
  assert.deepEqual(missingFiles(texts), [])
})

test('commands that documents name are there', () => {
  assert.deepEqual(missingCommands(texts, scripts), [])
})

test('what is not there is caught', () => {
  const sample = new Map([
    ['docs/a.md', '# Of `this`, and that\n[b](b.md#two) [c](../src) [d](#of-this-and-that)'],
    ['docs/b.md', '[a](c.md) [b](#one)\n```\n# one\n```\n`src/a.ts` `src/b.ts` `x/a.ts` `src/`'],
    ['docs/c.txt', '[a](none.md)'],
    ['src/a.ts', ''],
    ['src/a.test.ts', ''],
  ])
  assert.deepEqual(deadLinks(sample), [
    'docs/a.md: docs/b.md has no heading #two',
    'docs/b.md: there is no c.md',
    'docs/b.md: docs/b.md has no heading #one',
  ])
  assert.deepEqual(missingFiles(sample), [
    'docs/b.md: there is no src/b.ts',
    'docs/b.md: there is no x/a.ts',
  ])
  const commands = new Map([
    ['a.md', 'npm run wasm, npm run none; npm test -- src/a; npm test -- src/b'],
    ...sample,
  ])
  assert.deepEqual(missingCommands(commands, new Set(['wasm'])), [
    'a.md: there is no script none',
    'a.md: no test file has src/b in its path',
  ])
})
