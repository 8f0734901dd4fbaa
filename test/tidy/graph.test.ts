import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycleIn, differences, graphOf } from './graph.ts'
import { moduleGraph } from './module-graph.ts'
import { loadSources, sourceFile } from './source.ts'

const actual = graphOf(loadSources('src/**/*.ts'))

test('the imports of the source are the declared module graph', () => {
  const lines = differences(moduleGraph, actual)
  if (lines.length > 0) {
    assert.fail(
      `\n${lines.join('\n')}\nIf the new shape is right, run: bin/node24 test/tidy/print-graph.ts`,
    )
  }
})

test('the module graph has no cycle', () => {
  const cycle = cycleIn(actual)
  assert.equal(cycle, undefined, `modules import each other: ${cycle?.join(' -> ')}`)
})

test('an undeclared edge and a cycle are caught', () => {
  const graph = graphOf([
    sourceFile('src/storage/objects/a.ts', `import { x } from '#catalog/metastore'`),
    sourceFile('src/catalog/metastore/a.ts', `import type { y } from '#storage/objects'`),
    sourceFile('src/catalog/metastore/a.test.ts', `import { z } from '#ingestion/streams'`),
  ])
  assert.deepEqual(graph, {
    'catalog/metastore': ['storage/objects'],
    'storage/objects': ['catalog/metastore'],
  })
  assert.deepEqual(cycleIn(graph), ['catalog/metastore', 'storage/objects', 'catalog/metastore'])
  assert.deepEqual(
    differences(
      { 'catalog/metastore': [], 'storage/objects': ['catalog/metastore', 'kit'] },
      graph,
    ),
    [
      '+ catalog/metastore -> storage/objects: in the source, not declared',
      '- storage/objects -> kit: declared, not in the source',
    ],
  )
})
