import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serverTrouble } from './server-watch.ts'

/** A server that answers has all the time that a busy machine takes. */
const quick = { silentMsMax: 200, everyMs: 10, answerMsMax: 60_000 }
const stands = '{"level":50,"msg":"the database has not answered for long"}\n'
const goesOn = '{"level":40,"msg":"the database answers again"}\n'

/** What is found of a server that answers so. */
async function troubleOf(
  listener: RequestListener,
  own: { readonly log?: () => string; readonly hasEnded?: () => boolean } = {},
  patience = quick,
  signal = new AbortController().signal,
): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const watched = { endpoint, hasEnded: () => false, log: () => '', ...own }
    return await serverTrouble(watched, signal, patience)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a server that has ended, is silent or refuses is told of', async () => {
  assert.equal(await troubleOf(() => {}, { hasEnded: () => true }), 'the server has ended')
  assert.match(
    await troubleOf(() => {}, {}, { ...quick, answerMsMax: 100 }),
    /^the server has not answered for \d+ s$/,
  )
  assert.match(
    await troubleOf((_, response) => response.writeHead(503).end()),
    /^the server has not answered/,
  )
})

test('a database that stands is told of, though the server answers', async () => {
  const well: RequestListener = ({ url }, response) => {
    response.writeHead(url === '/_boathouse/health' ? 200 : 404).end()
  }
  for (const log of [stands, stands + goesOn + stands]) {
    const trouble = await troubleOf(well, { log: () => log })
    assert.match(trouble, /^the server's database has not answered for \d+ s$/, log)
  }
})

test('nothing is told of a server that is well, until nobody wants to know', async () => {
  let looks = 0
  const over = new AbortController()
  const well: RequestListener = (_, response) => {
    response.writeHead(200).end()
    looks += 1
    if (looks > 5) over.abort()
  }
  const log = () => stands + goesOn
  const patient = { ...quick, silentMsMax: 60_000 }
  await assert.rejects(troubleOf(well, { log }, patient, over.signal), { name: 'AbortError' })
  assert.ok(looks > 5)
})
