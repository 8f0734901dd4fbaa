import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { poll, startLake } from '../harness/index.ts'
import { lambdaOf } from './lambda-fixture.ts'

/** How many processes run a function of this name. */
async function processesOf(name: string): Promise<number> {
  let count = 0
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    if (environment.includes(`AWS_LAMBDA_FUNCTION_NAME=${name}\0`)) count += 1
  }
  return count
}

async function startedLater(name: string, code: string) {
  const lake = await startLake({})
  const lambda = await lambdaOf(lake)
  await lambda.create(name, code, { Timeout: 600 })
  const input = { FunctionName: name, InvocationType: 'Event', Payload: Buffer.from('{}') } as const
  await lambda.client.send(new InvokeCommand(input))
  return lake
}

test('a server that stops ends the process of a function that is still starting', async () => {
  const name = `starts-${process.pid}`
  const lake = await startedLater(
    name,
    `await new Promise((done) => setTimeout(done, 500_000)); export const handler = async () => 1`,
  )
  await poll('the process', async () => (await processesOf(name)) > 0)
  await lake.stop()
  assert.equal(await processesOf(name), 0)
})

test('a server may stop at any moment of the start of a function', async () => {
  for (const delayMs of [0, 30, 100, 300]) {
    const name = `begins-${process.pid}-${delayMs}`
    const lake = await startedLater(name, `export const handler = async () => 1`)
    await wait(delayMs)
    await lake.stop()
    assert.equal(await processesOf(name), 0)
  }
})
