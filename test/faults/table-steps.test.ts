import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { accountId, faultsAt, type OpenTables } from '#test/tables'
import {
  first,
  idsOf,
  nextStep,
  openStepped,
  prepare,
  readHistory,
  telling,
  works,
} from './table-steps-work.ts'

const worker = fileURLToPath(new URL('table-steps-worker.ts', import.meta.url))
/** More steps than any work has. */
const stepsMax = 200

/** One fault at each step of each work: the table is as before or as after, all that it names is there, and doing it again ends it. */
describe('faults at every step of what changes tables', () => {
  let root: string
  let template: string
  let copies = 0

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'boathouse-table-steps-'))
    template = join(root, 'template')
    await mkdir(template)
    await using lake = await openStepped(template)
    await prepare(lake)
    assert.deepEqual(await idsOf(lake), first)
  })
  after(() => rm(root, { recursive: true }))

  const copy = async () => {
    const folder = join(root, `copy-${++copies}`)
    await cp(template, folder, { recursive: true })
    return folder
  }

  /** The one state or the other; then the work is done again, and it is the other. */
  const check = async (lake: OpenTables, work: string, where: string) => {
    const { run, rows = first } = works[work]!
    const ids = await idsOf(lake)
    if (ids.length !== rows.length) assert.deepEqual(ids, first, where)
    else assert.deepEqual(ids, rows, where)
    await readHistory(lake)
    await run(lake)
    assert.deepEqual(await idsOf(lake), rows, `${where}, done again`)
    await readHistory(lake)
    if (work === 'purge') assert.deepEqual(await keysOf(lake, 'db/purged/'), [], where)
    if (work === 'orphans') {
      const lost = (await keysOf(lake, 'db/stepped/')).filter((key) => key.includes('lost'))
      assert.deepEqual(lost, [], where)
    }
  }

  const dieAt = async (folder: string, work: string, step: number): Promise<boolean> => {
    const child = spawn(
      process.execPath,
      ['--conditions=source', worker, folder, work, String(step)],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    assert.ok(signal === 'SIGKILL' || code === 0, `${work}, step ${step}: ${code} ${signal}`)
    return signal === 'SIGKILL'
  }

  for (const work of Object.keys(works)) {
    it(`${work}: kill -9 at each step`, async () => {
      let step = 1
      let isOver = false
      const lane = async () => {
        while (!isOver) {
          const own = step
          step = nextStep(own)
          assert.ok(own < stepsMax)
          const folder = await copy()
          const isKilled = await dieAt(folder, work, own)
          if (!isKilled) isOver = true
          await using lake = await openStepped(folder)
          await check(lake, work, `killed at step ${own}`)
        }
      }
      await Promise.all([lane(), lane()])
      assert.ok(step > 4, 'there were steps to be killed at')
    })

    it(`${work}: an error at each step`, async () => {
      for (let step = 1; ; step = nextStep(step)) {
        assert.ok(step < stepsMax)
        const folder = await copy()
        let left = Number.POSITIVE_INFINITY
        const faults = faultsAt((name) => {
          if (telling.includes(name) && --left === 0)
            throw new Error(`no room at step ${step}: ${name}`)
        })
        await using lake = await openStepped(folder, faults)
        left = step
        await works[work]!.run(lake).catch((error: Error) => {
          assert.match(error.message, /no room at step/)
        })
        const isOver = left > 0
        left = Number.POSITIVE_INFINITY
        await check(lake, work, `an error at step ${step}`)
        if (isOver) break
      }
    })
  }
})

async function keysOf(lake: OpenTables, prefix: string): Promise<readonly string[]> {
  const { objects } = await lake.objects.list({ accountId, bucket: 'lake', prefix, limit: 1000 })
  return objects.map(({ key }) => key)
}
