import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createClassifiers } from './classifiers.ts'
import { migrations } from './migrations.ts'

test('changes of a classifier at the same moment are all made, and what is wrong changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-classifiers-'))
  try {
    const path = join(folder, 'lake.db')
    await using database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    const classifiers = createClassifiers({ database, clock: systemClock })
    const ref = { accountId: '123456789012', region: 'us-east-1' }
    const name = 'lines'
    const pattern = '%{WORD:level} %{GREEDYDATA:text}'
    await classifiers.create(ref, { kind: 'grok', name, classification: 'first', pattern })
    const changes = Array.from({ length: 8 }, (_, at) => ({
      kind: 'grok' as const,
      name,
      classification: `change ${at}`,
      pattern: `%{WORD:level${at}} %{OWN:text}`,
      customPatterns: `OWN ${at}.*`,
    }))
    await Promise.all(changes.map((change) => classifiers.update(ref, change)))
    const changed = await classifiers.get(ref, name)
    assert.equal(changed.version, 9)
    const { version: _, createTimeMs: __, updateTimeMs: ___, ...left } = changed
    assert.ok(changes.some((change) => isDeepStrictEqual(change, left)))
    const wrong = { ...changes[0]!, pattern: '%{NOT_THERE:a}' }
    await assert.rejects(classifiers.update(ref, wrong), { code: 'InvalidClassifier' })
    await assert.rejects(classifiers.update(ref, { kind: 'json', name, jsonPath: '$' }), {
      code: 'InvalidClassifier',
    })
    await assert.rejects(classifiers.update(ref, { ...changes[0]!, name: 'none' }), {
      code: 'ClassifierNotFound',
    })
    assert.deepEqual(await classifiers.get(ref, name), changed)
  } finally {
    await rm(folder, { recursive: true })
  }
})
