// `npm run quickstart`: a lake from nothing in a minute, through the public AWS APIs alone.
// `npm run quickstart -- --once` stops after showing. It may be run again: what is there is kept.
import { ask, questions } from './answers.ts'
import { connect } from './clients.ts'
import { Advice, adviceFor } from './advice.ts'
import { makeEvents } from './events.ts'
import { buildLake, deliveredObjects, rowCount, sendEvents, waitUntilDelivered } from './lake.ts'
import { progressBar, say, step, table, sizeText } from './show.ts'
import { startServer } from './server.ts'

const eventCount = 20_000

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.filter((word) => word !== '--once')
  if (unknown.length > 0) {
    say(`quickstart does not know ${unknown.join(' ')}; it takes --once: stop after showing`)
    return 2
  }

  step('Starting Boathouse on embedded defaults (this disk, SQLite, DuckDB)')
  await using server = await startServer()
  say(
    `  ${server.found ? 'already runs' : 'ready'} at ${server.endpoint}, data in ${server.folder}`,
  )
  using clients = connect(server)

  step('Creating a bucket, a stream, a table and a delivery stream that writes Parquet')
  const lake = await buildLake(clients, server.accountId, (line) => say(`  ${line}`))

  const before = await rowCount(clients, lake)
  step(`Sending ${eventCount.toLocaleString('en')} shop events to the stream (PutRecords)`)
  const bar = progressBar(eventCount)
  await sendEvents(clients, lake, makeEvents(eventCount), bar)

  step('Waiting for Firehose to turn them into Parquet')
  await waitUntilDelivered(clients, lake, before + eventCount)
  const objects = await deliveredObjects(clients, lake)
  say(
    table(
      ['partition', 'Parquet files', 'size'],
      objects.map((row) => [row.partition, String(row.files), sizeText(row.sizeBytes)]),
    ),
  )

  step('Asking Athena')
  for (const question of questions) {
    const { header, rows } = await ask(clients, lake, question.sql)
    say(`\n  ${question.title}\n${table(header, rows)}`)
  }

  if (words.includes('--once')) {
    step('Done')
    return 0
  }
  say(`
Connect your own programs, in another shell in this folder:

  eval "$(npx boathouse env)"
  aws s3 ls --recursive s3://${lake.bucket}
  aws kinesis describe-stream-summary --stream-name ${lake.stream}
`)
  if (server.found) return 0
  say('Serving until Ctrl-C.')
  const early = await server.untilSignal()
  if (early !== undefined) {
    throw new Advice(`the server ended by itself (status ${early})`, 'look at its log above')
  }
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(adviceFor(error))
  process.exitCode = 1
}
