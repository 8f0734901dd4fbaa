import { median, type Benchmark } from './benchmark.ts'
import { spawnBoathouse } from './boathouse.ts'
import { spawnMeasured, type MeasuredServer } from './child.ts'

const rounds = 5

/** From the spawn to the first healthy answer on an empty folder, and what stays in memory when nothing happens. */
export const benchmark: Benchmark = {
  title: 'start on an empty folder (target 1000 ms), idle memory (target 120 MB)',
  async run() {
    const boathouse = await measure(() => spawnBoathouse())
    const node = await measure(() =>
      spawnMeasured({
        args: (port) => [
          '--eval',
          `require('node:http').createServer((_, response) => response.end()).listen(${port}, '127.0.0.1')`,
        ],
        isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/`)).ok,
      }),
    )
    return [
      {
        title: 'median of 5',
        columns: ['ms to healthy', 'idle MB'],
        better: 'smaller',
        rows: [
          { name: 'Boathouse', values: boathouse },
          { name: 'an empty node:http server', values: node },
        ],
      },
    ]
  },
}

async function measure(start: () => Promise<MeasuredServer>): Promise<readonly number[]> {
  const times: number[] = []
  const sizes: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now()
    await using server = await start()
    times.push(performance.now() - started)
    await new Promise((resolve) => setTimeout(resolve, 500))
    sizes.push(server.residentBytes() / 1e6)
  }
  return [median(times), median(sizes)]
}
