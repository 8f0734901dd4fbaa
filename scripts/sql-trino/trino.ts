// A Trino in a process of its own, from Maven Central: about 140 MB, kept in Maven's own folder.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { QueryAnswer } from '../../src/consumption/queries/function-cases/run-cases.fixture.ts'

const here = import.meta.dirname
const work = join(here, '..', '..', '.work', 'sql-trino')

export interface Trino extends AsyncDisposable {
  answer(sql: string): Promise<QueryAnswer>
}

/** Compiles what asks Trino and starts it. It needs Maven and a JDK from 17 on, and a gigabyte of memory. */
export async function startTrino(): Promise<Trino> {
  const listed = join(work, 'classpath.txt')
  mkdirSync(work, { recursive: true })
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${listed}`]
  const built = spawnSync(
    'mvn',
    ['-q', '-B', '-f', join(here, 'pom.xml'), `-DbuildDirectory=${work}`, ...goals],
    {
      stdio: 'inherit',
    },
  )
  if (built.status !== 0)
    throw new Error('Trino needs Maven (mvn) and a JDK of version 17 or newer')
  const classes = [join(work, 'classes'), readFileSync(listed, 'utf8').trim()].join(delimiter)
  const home = process.env['JAVA_HOME']
  const flags = ['-Xmx1200m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Duser.timezone=UTC']
  const child = spawn(
    home ? join(home, 'bin', 'java') : 'java',
    [...flags, '-cp', classes, 'lake.Answers'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error('Trino ended before it answered')
      // What else stands there is its log.
      if (value.startsWith('{')) return JSON.parse(value)
    }
  }
  await next()
  return {
    answer: (sql) => {
      child.stdin.write(`${JSON.stringify(sql)}\n`)
      return next() as Promise<QueryAnswer>
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      child.kill()
    },
  }
}
