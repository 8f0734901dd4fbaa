import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import { PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { select, type clients, type Running } from './delivery-lake.ts'

type Clients = ReturnType<typeof clients>

const batchRecords = 20
/** Between two batches of a table: answers shall be small enough to be asked for often. */
const pauseMs = 50

/** What a table was sent, what of that was acknowledged, and what some answer has shown. */
export class TableBook {
  readonly table: string
  readonly sent = new Set<number>()
  readonly acknowledged = new Set<number>()
  readonly shown = new Set<number>()
  /** Answers in which something was to be found. */
  proofs = 0

  constructor(table: string) {
    this.table = table
  }

  /** Sends until the server is gone, each number once: what was not acknowledged may or may not be there. */
  async write(all: Clients, { exited }: Running, streamName?: string): Promise<void> {
    let isOver = false
    void exited.then(() => (isOver = true))
    while (!isOver) {
      const ids = Array.from({ length: batchRecords }, (_, index) => this.sent.size + index)
      for (const id of ids) this.sent.add(id)
      const taken = await put(all, { table: this.table, streamName }, ids).catch(() => [])
      for (const id of taken) this.acknowledged.add(id)
      await wait(pauseMs)
    }
  }

  /** Asks until the server is gone. An answer that is wrong, or a question that fails while the server lives, is an `AssertionError`. */
  async ask({ athena }: Clients, { exited }: Running): Promise<void> {
    let isOver = false
    void exited.then(() => (isOver = true))
    while (!isOver) {
      try {
        await this.check(() => numbersIn(athena, this.table))
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata
        assert.equal(status?.httpStatusCode, undefined, `${this.table}: ${error}`)
        await wait(pauseMs)
      }
    }
  }

  /** All that was acknowledged, or was in an answer, before the question is in the answer; everything is there once. */
  async check(question: () => Promise<readonly number[]>): Promise<void> {
    const acknowledged = [...this.acknowledged]
    const shown = [...this.shown]
    const answer = await question()
    const set = new Set(answer)
    const missing = (ids: readonly number[]) => ids.filter((id) => !set.has(id)).slice(0, 10)
    const what = `${this.table}, an answer of ${answer.length} records`
    assert.equal(set.size, answer.length, `${what}: some are there twice`)
    assert.deepEqual(missing(acknowledged), [], `${what}: without what was acknowledged`)
    assert.deepEqual(missing(shown), [], `${what}: without what an earlier one had`)
    const strange = answer.filter((id) => !this.sent.has(id)).slice(0, 10)
    assert.deepEqual(strange, [], `${what}: with what was never sent`)
    for (const id of set) this.shown.add(id)
    if (acknowledged.length > 0) this.proofs += 1
  }
}

/** Every number in the table, as often as it is there. */
export async function numbersIn(
  athena: Clients['athena'],
  table: string,
): Promise<readonly number[]> {
  const sql = `SELECT array_join(array_agg(CAST(id AS varchar)), ',') FROM d.${table}`
  const [, text] = await select(athena, sql)
  return text ? text.split(',').map(Number) : []
}

/** Those that were acknowledged. */
async function put(
  { firehose, kinesis }: Clients,
  { table, streamName }: { readonly table: string; readonly streamName: string | undefined },
  ids: readonly number[],
): Promise<readonly number[]> {
  const data = (id: number) => Buffer.from(`{"id":${id},"k":"${id % 3}"}\n`)
  if (streamName === undefined) {
    const Records = ids.map((id) => ({ Data: data(id) }))
    await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: table, Records }))
    return ids
  }
  const Records = ids.map((id) => ({ PartitionKey: `key ${id}`, Data: data(id) }))
  const answer = await kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records }))
  return ids.filter((_, index) => answer.Records![index]!.SequenceNumber !== undefined)
}
