import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { isLakeError } from '#kit'
import type { QueryEngine } from './query-engine.ts'

export type OpenEngine = (folder: string) => Promise<QueryEngine>

/** An engine for the tests of one suite, and a folder beside its own. */
export function engineOfSuite(open: OpenEngine): {
  readonly engine: QueryEngine
  readonly folder: string
} {
  const suite = {} as { engine: QueryEngine; folder: string }
  before(async () => {
    suite.folder = await mkdtemp(join(tmpdir(), 'boathouse-engine-'))
    suite.engine = await open(join(suite.folder, 'engine'))
  })
  after(async () => {
    await suite.engine.close()
    await rm(suite.folder, { recursive: true })
  })
  return suite
}

export const fails = (code: string, pattern?: RegExp) => (error: unknown) => {
  assert.ok(isLakeError(error, code), `${code} expected, not ${String(error)}`)
  if (pattern) assert.match(error.message, pattern)
  return true
}
