/*
 * What the machine allows: GET and PUT of files over bare node:http. A PUT is hashed (MD5, for the ETag), written under a
 * new name, fsynced and renamed. No signatures, no metadata, no listing. Arguments: port, folder.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [port, folder] = process.argv.slice(2)
let writes = 0

async function put(request: IncomingMessage, response: ServerResponse, path: string) {
  writes += 1
  const temporary = `${path}.${writes}`
  const file = await open(temporary, 'w')
  const hash = createHash('md5')
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk)
    await file.write(chunk)
  }
  await file.sync()
  await file.close()
  await rename(temporary, path)
  response.setHeader('etag', `"${hash.digest('hex')}"`)
  response.setHeader('content-length', 0)
  response.end()
}

async function get(response: ServerResponse, path: string) {
  const { size } = await stat(path)
  response.setHeader('content-length', size)
  await pipeline(createReadStream(path), response)
}

createServer((request, response) => {
  const path = join(folder!, request.url!.replaceAll('/', '_'))
  const done = request.method === 'PUT' ? put(request, response, path) : get(response, path)
  done.catch(() => {
    // The client went away in the middle of an answer.
    if (response.headersSent) return
    response.statusCode = 404
    response.setHeader('content-length', 0)
    response.end()
  })
}).listen(Number(port), '127.0.0.1')
