import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isLakeError, silentLogger } from '#kit'
import { createDuckdbEngine } from './duckdb-engine.ts'

const open = (folder: string) =>
  createDuckdbEngine({ folder, processes: 1, threads: 1, log: silentLogger() })

describe('an engine whose disk is full', () => {
  let folder: string
  let mounted = false
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-full-engine-'))
    const args = ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]
    mounted = spawnSync('mount', args).status === 0
  })
  after(async () => {
    if (mounted) spawnSync('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  })

  it('fails the tasks that need more, and runs the next ones', async (t) => {
    if (!mounted) return t.skip('not run: this user may not mount a tmpfs')
    await using engine = open(join(folder, 'engine'))
    const outputFile = join(folder, 'rows')
    const rows = (count: number) => `SELECT repeat('x', 1000) FROM range(${count})`
    const asCsv = (count: number) => ({
      statements: [rows(count)],
      csv: { header: '' },
      outputFile,
      inlineBytesMax: 0,
    })
    const isFull = (error: unknown) =>
      isLakeError(error, 'QueryFailed') && /ENOSPC|No space left/i.test(error.message)
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(engine.run(asCsv(30_000)), isFull)
      await assert.rejects(
        engine.run({
          statements: [`COPY (${rows(30_000)}) TO '{out}/result' (FORMAT csv)`],
          outputFile,
          inlineBytesMax: 0,
        }),
        isFull,
      )
      assert.ok(!existsSync(outputFile))
      const { outputDigest } = await engine.run(asCsv(5000))
      assert.equal(outputDigest?.sizeBytes, 5000 * 1003)
      assert.equal((await stat(outputFile)).size, 5000 * 1003)
      await rm(outputFile)
    }
  })

  it('makes its folder for a later task when it could not for the first', async () => {
    const place = join(await mkdtemp(join(tmpdir(), 'boathouse-no-folder-')), 'place')
    await writeFile(place, 'no folder')
    await using engine = open(join(place, 'engine'))
    const task = { statements: ['SELECT 1'] }
    await assert.rejects(engine.run(task), { code: 'ENOTDIR' })
    await assert.rejects(engine.run(task), { code: 'ENOTDIR' })
    await rm(place)
    await mkdir(place)
    assert.deepEqual((await engine.run(task)).rows, [[1]])
  })
})
