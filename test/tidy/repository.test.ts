import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  compiled,
  foreignLicences,
  licenceFits,
  machineFacts,
  readLock,
  repositoryTexts,
  resolvedHosts,
  unnamedDependencies,
  withoutIntegrity,
} from './repository.ts'
import { root } from './source.ts'

test('the lock file names no host, and every package has its hash', () => {
  report([...resolvedHosts(readLock()), ...withoutIntegrity(readLock())])
})

test('the lock file names every dependency of every package, so that npm ci takes it', () => {
  report(unnamedDependencies(readLock()))
})

test('a dependency without an entry is caught', () => {
  const lock = { 'node_modules/a': { optionalDependencies: { 'a-linux-arm64': '1.0.0' } } }
  assert.equal(unnamedDependencies(lock).length, 1)
})

test('a lock file with a host or without a hash is caught', () => {
  const lock = { 'node_modules/a': { version: '1.0.0', resolved: 'https://example.com/a.tgz' } }
  assert.equal(resolvedHosts(lock).length, 1)
  assert.equal(withoutIntegrity(lock).length, 1)
})

test('the licences of all production dependencies allow Apache-2.0', () => {
  report(foreignLicences(readLock()))
})

test('a licence outside the list is caught', () => {
  assert.equal(foreignLicences({ 'node_modules/a': { license: 'AGPL-3.0' } }).length, 1)
  assert.equal(foreignLicences({ 'node_modules/a': {} }).length, 1)
  assert.ok(licenceFits('(MIT OR GPL-3.0)'))
  assert.ok(!licenceFits('MIT AND GPL-3.0'))
})

test('dependencies are pinned to one version', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >
  const loose = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).filter(
      ([, version]) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(version),
    ),
  )
  assert.deepEqual(loose, [])
})

test('no file names a path or a registry of the machine it was written on', () => {
  const texts = repositoryTexts()
  assert.ok(texts.some(([path]) => path === 'package.json'))
  assert.ok(texts.some(([path]) => path === 'src/kit/index.ts'))
  report(machineFacts(texts))
})

test('nothing lies beside the source that was made of it', () => {
  assert.deepEqual(compiled(repositoryTexts().map(([path]) => path)), [])
  const made = ['a.js', 'a.js.map']
  assert.deepEqual(compiled(['a.ts', 'b.js', ...made]), made)
})

test('a machine path and a registry host are caught', () => {
  const home = ['', 'home', 'ann', 'x'].join('/')
  const host = ['https:/', 'registry.example.org', 'a'].join('/')
  assert.equal(machineFacts([['a.md', `see ${home}\n${host}`]]).length, 2)
  assert.equal(
    machineFacts([['a.md', 'src/home/a.ts and https://registry.terraform.io/x']]).length,
    0,
  )
})

function report(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`\n${problems.join('\n')}`)
}
