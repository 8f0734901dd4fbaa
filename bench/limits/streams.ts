/*
 * What the machine allows: PutRecords over bare node:http that parses the body, decodes the records and makes them durable
 * with the same group commit (what arrives while an fsync is under way shares the next). No signatures, no
 * schemas, no checks, no shards, no index, nothing can be read back. Arguments: port, folder, mode.
 */
import { createServer } from 'node:http'
import fs from 'node:fs'

const [port, folder, mode] = process.argv.slice(2)
const fd = fs.openSync(`${folder}/log`, 'w')
let waiting: { readonly data: Buffer[]; readonly done: () => void }[] = []
let isWriting = false

function write(): void {
  const group = waiting
  waiting = []
  isWriting = true
  fs.writev(
    fd,
    group.flatMap(({ data }) => data),
    () => {
      fs.fdatasync(fd, () => {
        for (const { done } of group) done()
        if (waiting.length > 0) write()
        else isWriting = false
      })
    },
  )
}

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (body.length === 0) {
      response.end('{}')
      return
    }
    const parsed = JSON.parse(body.toString()) as { Records?: { Data: string }[] }
    // CreateStream: there is nothing to create.
    if (!parsed.Records) {
      response.end('{}')
      return
    }
    const data = parsed.Records.map((record) => Buffer.from(record.Data, 'base64'))
    const answer = JSON.stringify({
      FailedRecordCount: 0,
      Records: data.map(() => ({
        ShardId: 'shardId-000000000000',
        SequenceNumber: '0'.repeat(56),
      })),
    })
    const done = () => {
      response.setHeader('content-length', answer.length)
      response.end(answer)
    }
    if (mode === 'drop') {
      done()
      return
    }
    waiting.push({ data, done })
    if (!isWriting) write()
  })
}).listen(Number(port), '127.0.0.1')
