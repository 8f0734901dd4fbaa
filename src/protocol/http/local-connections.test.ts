import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { loadSystemCalls } from '#kit'
import { poll } from '#test/harness'
import { LocalConnections } from './local-connections.ts'

describe('connections within the machine', () => {
  it('are not paced once much is to be sent, those from elsewhere are left as they are', async (t) => {
    if (!(await loadSystemCalls())) return t.skip('no Linux, or koffi is missing')
    await using pairs = await sockets()
    const [first, second, remote, later] = await pairs.open(4)
    const before = await controlOf(first!)
    const local = new LocalConnections('bbr\n')
    local.add(first!)
    local.add(second!)
    local.add(seenFrom(remote!, '192.0.2.7'))
    assert.equal(await controlOf(first!), before)
    local.expectMuch()
    await poll('the first to be changed', async () => (await controlOf(first!)) === 'reno')
    assert.equal(await controlOf(second!), 'reno')
    local.add(later!)
    assert.equal(await controlOf(later!), 'reno')
    assert.equal(await controlOf(remote!), before)
  })

  it('are left alone where the system holds nothing back, and when they are gone', async (t) => {
    if (!(await loadSystemCalls())) return t.skip('no Linux, or koffi is missing')
    await using pairs = await sockets()
    const [first, gone] = await pairs.open(2)
    const before = await controlOf(first!)
    const cubic = new LocalConnections('cubic\n')
    cubic.add(first!)
    cubic.expectMuch()
    const bbr = new LocalConnections('bbr')
    bbr.add(gone!)
    gone!.destroy()
    bbr.expectMuch()
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await controlOf(first!), before)
  })
})

/** The servers' ends of connections. */
async function sockets() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ends: Socket[] = []
  return {
    async open(count: number): Promise<readonly Socket[]> {
      const accepted: Socket[] = []
      for (let index = 0; index < count; index += 1) {
        ends.push(connect((server.address() as AddressInfo).port, '127.0.0.1'))
        const [socket] = (await once(server, 'connection')) as [Socket]
        accepted.push(socket)
      }
      ends.push(...accepted)
      return accepted
    },
    async [Symbol.asyncDispose]() {
      for (const socket of ends) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The same connection, as if its other end were elsewhere. */
function seenFrom(socket: Socket, remoteAddress: string): Socket {
  return Object.create(socket, { remoteAddress: { value: remoteAddress } }) as Socket
}

/** TCP_CONGESTION, as getsockopt(2) tells it. */
async function controlOf(socket: Socket): Promise<string> {
  const { default: koffi } = await import('koffi')
  const getsockopt = koffi
    .load(null)
    .func('int getsockopt(int, int, int, _Out_ uint8_t *value, _Inout_ uint32_t *length)')
  const value = Buffer.alloc(16)
  // oxlint-disable-next-line no-underscore-dangle
  const { _handle: handle } = socket as unknown as { readonly _handle: { readonly fd: number } }
  assert.equal(getsockopt(handle.fd, 6, 13, value, [value.length]), 0)
  return value.toString('latin1').replace(/\0.*$/s, '')
}
