import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isLakeError } from '#kit'
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
    ['{a,b{c,d}*,}.x', ['a.x', 'bc.x', 'bdd.x', '.x'], ['b.x', 'ac.x', 'bc/.x']],
    ['a,b}', ['a,b}'], ['a', 'b']],
    ['**/[a-c]?/**/x', ['f/az/g/x', 'f/g/bb/h/i/x'], ['f/dz/g/x', 'az/g/x', 'f/a//x']],
    ['', [''], ['a']],
  ]
  for (const [glob, matching, others] of cases) {
    it(glob, () => {
      for (const path of matching) assert.ok(compileGlob(glob).test(path), path)
      for (const path of others) assert.ok(!compileGlob(glob).test(path), path)
    })
  }

  it('cost no more for many stars, whatever the name', () => {
    const glob = compileGlob('**a'.repeat(40))
    const name = 'a'.repeat(1000)
    assert.ok(glob.test(name))
    assert.ok(!glob.test(`${name}b`))
  })

  for (const glob of ['{a,b', '[a', '[z-a]', '{{a}', '{'.repeat(40)]) {
    it(`refuses ${glob.slice(0, 10)}`, () => {
      assert.throws(
        () => compileGlob(glob),
        (error) => isLakeError(error, 'InvalidCrawler'),
      )
    })
  }
})
