import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP endpoint that refuses now and then, in what it took too: then it says nothing of it, and is sent it again. */
export async function startEndpoint() {
  const ids: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const chance = Math.random()
      if (chance < 0.05) return response.writeHead(503).end()
      const { requestId, records } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly requestId: string
        readonly records: readonly { readonly data: string }[]
      }
      for (const { data } of records) {
        const { id } = JSON.parse(Buffer.from(data, 'base64').toString()) as { readonly id: number }
        ids.push(id)
      }
      if (chance < 0.1) return response.destroy()
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify({ requestId, timestamp: Date.now() }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** In the order in which they came, as often as they did. */
    ids,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
