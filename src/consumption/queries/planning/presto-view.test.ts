import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presto } from './presto-view.ts'

const view = {
  sql: 'SELECT 1 AS a',
  database: 'd',
  catalog: 'awsdatacatalog',
  columns: [{ name: 'a', type: 'integer' }],
}

test('the text of a view is read however its words are spaced, and nothing else is taken for one', () => {
  const text = presto.encode(view)
  assert.deepEqual(presto.decode(text), view)
  const [, base64] = /Presto View: (.*) \*\/$/.exec(text)!
  for (const same of [
    `/*Presto View:${base64}*/`,
    `  /*  Presto View:  ${base64}  */\n`,
    `/*\nPresto View: ${base64!.slice(0, 40)}\n${base64!.slice(40)}\n*/`,
  ]) {
    assert.deepEqual(presto.decode(same), view, same)
  }
  for (const other of [
    undefined,
    '',
    'SELECT 1',
    '/* Presto View */',
    '/* Presto View: */',
    '/* Presto View: bm90IEpTT04= */',
    `/* Presto View: ${Buffer.from('{"originalSql":1}').toString('base64')} */`,
    `${text} SELECT 2`,
    `/* Presto View: ${base64}; */`,
  ]) {
    assert.equal(presto.decode(other), undefined, other)
  }
})

// It is read where everybody's requests are: a pattern that tries all ways to read the same spaces would keep them waiting for hours.
test('texts of views with a million spaces are read at once', () => {
  const spaces = ' '.repeat(1_000_000)
  assert.equal(presto.decode(`/*${spaces}Presto View:${spaces}x`), undefined)
  assert.equal(presto.decode(`/*${spaces}Presto View:${spaces}a${spaces}!*/`), undefined)
  const [, base64] = /Presto View: (.*) \*\/$/.exec(presto.encode(view))!
  assert.deepEqual(presto.decode(`/*${spaces}Presto View:${spaces}${base64}${spaces}*/`), view)
})
