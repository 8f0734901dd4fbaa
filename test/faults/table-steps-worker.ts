import { faultsAt } from '#test/tables'
import { openStepped, telling, works } from './table-steps-work.ts'

/*
 * Does one work to the table and dies, as by `kill -9`, at one of its steps. Arguments: folder, work, step.
 */
const [folder = '', work = '', deadly] = process.argv.slice(2)
let isWorking = false
let count = 0
const lake = await openStepped(
  folder,
  faultsAt(async (name) => {
    if (!isWorking || !telling.includes(name)) return
    count += 1
    if (count !== Number(deadly)) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  }),
)
isWorking = true
await works[work]!.run(lake)
process.exit()
