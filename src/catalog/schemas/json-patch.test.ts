import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonPatch, type PatchStep } from './json-patch.ts'

/** Applies a patch as RFC 6902 says. */
function apply(document: unknown, steps: readonly PatchStep[]): unknown {
  const root = { '': structuredClone(document) } as Record<string, unknown>
  for (const step of steps) {
    const names = step.path
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    let parent = root
    for (const name of names.slice(0, -1)) parent = parent[name] as Record<string, unknown>
    const last = names.at(-1)!
    if (Array.isArray(parent)) {
      const list = parent as unknown[]
      if (step.op === 'remove') list.splice(Number(last), 1)
      else list.splice(Number(last), step.op === 'add' ? 0 : 1, step.value)
    } else if (step.op === 'remove') delete parent[last]
    else parent[last] = step.value
  }
  return root['']
}

const documents: readonly unknown[] = [
  'string',
  null,
  { type: 'record', name: 'a', fields: [] },
  { type: 'record', name: 'b', fields: [{ name: 'x', type: 'int' }], 'a/b~c': 1 },
  { type: 'record', fields: [{ name: 'x', type: ['null', 'int'] }, 'y', 'z'], 'a/b~c': { d: 2 } },
  [1, [2, 3], { a: null }],
  [],
]
for (const from of documents) {
  for (const to of documents) {
    test(`${JSON.stringify(from)} becomes ${JSON.stringify(to)}`, () => {
      assert.deepEqual(apply(from, jsonPatch(from, to)), to)
    })
  }
}

test('what is the same has no steps, and what is changed has the least', () => {
  for (const one of documents) assert.deepEqual(jsonPatch(one, structuredClone(one)), [])
  assert.deepEqual(jsonPatch({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }), [
    { op: 'replace', path: '/b/1', value: 3 },
  ])
})
