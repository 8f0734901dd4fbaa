import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTables, makeTable, appendTo } from '#test/tables'
const folder = await mkdtemp(join(tmpdir(), 'grow-'))
const lake = await openTables(folder)
const table = await makeTable(lake)
const N = Number(process.argv[2] ?? 3000)
let t = performance.now(),
  c = process.cpuUsage()
for (let i = 1; i <= N; i++) {
  await appendTo(lake, table, [i, i])
  if (i % 500 === 0) {
    const d = performance.now() - t
    const u = process.cpuUsage(c)
    console.log(
      i,
      (d / 500).toFixed(2),
      'ms/commit cpu',
      ((u.user + u.system) / 1000 / 500).toFixed(2),
    )
    const t1 = performance.now()
    for (let k = 0; k < 50; k++) await lake.tables.load(table.ref)
    console.log('  load', ((performance.now() - t1) / 50).toFixed(2))
    t = performance.now()
    c = process.cpuUsage()
  }
}
await lake[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
