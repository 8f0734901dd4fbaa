import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGlob } from './exclusions.ts'

/** The examples of https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html */
describe('exclusion patterns', () => {
  const cases: [string, readonly string[], readonly string[]][] = [
    ['*.csv', ['a.csv'], ['f/a.csv', 'a.csvx']],
    ['*.*', ['a.b'], ['ab']],
    ['*.{csv,avro}', ['a.csv', 'a.avro'], ['a.json']],
    ['foo.?', ['foo.a'], ['foo.ab', 'foo.']],
    ['myfolder/*', ['myfolder/x'], ['myfolder/x/y']],
    ['myfolder/*/*', ['myfolder/a/b'], ['myfolder/a']],
    ['myfolder/**', ['myfolder/a/b', 'myfolder/x'], ['other/x']],
    ['myfolder**', ['myfolder/a', 'myfolder.txt'], ['other']],
    ['[!a-c]x', ['dx'], ['ax', '/x']],
    ['a\\*b', ['a*b'], ['axb']],
  ]
  for (const [glob, matching, others] of cases) {
    it(glob, () => {
      for (const path of matching) assert.ok(compileGlob(glob).test(path), path)
      for (const path of others) assert.ok(!compileGlob(glob).test(path), path)
    })
  }
})
