import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { loadSystemCalls, systemCalls, type SystemCalls } from '#kit'

/** In every kernel, and allowed to everybody by default. */
const unpaced = 'reno'

/**
 * The connections whose other end is on this machine. Where the system's congestion control is BBR, it holds their packets back by
 * timers, as if there were a network to spare: a third of what goes through without. They are given one that does not, as soon as one of
 * them is to carry much. Whatever does not work leaves the connection as it was.
 */
export class LocalConnections {
  readonly #sockets = new Set<Socket>()
  readonly #isPaced: boolean
  #isUnpacing = false

  /** `congestionControl` is the system's choice for all connections. */
  constructor(congestionControl = ofSystem()) {
    this.#isPaced = congestionControl.startsWith('bbr')
  }

  /** To be told of each new connection, before anything is read from it. */
  add(socket: Socket): void {
    if (!this.#isPaced || !isLocal(socket)) return
    const system = this.#isUnpacing ? systemCalls() : undefined
    if (system) return unpace(socket, system)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** To be told before much is sent: what it takes is not loaded for less. */
  expectMuch(): void {
    if (!this.#isPaced || this.#isUnpacing) return
    this.#isUnpacing = true
    void loadSystemCalls().then((system) => {
      if (system) for (const socket of this.#sockets) unpace(socket, system)
      this.#sockets.clear()
    })
  }
}

function isLocal({ remoteAddress = '', localAddress }: Socket): boolean {
  return remoteAddress === localAddress || /^(::ffff:)?127\.|^::1$/.test(remoteAddress)
}

function unpace(socket: Socket, system: SystemCalls): void {
  // oxlint-disable-next-line no-underscore-dangle
  const { _handle: handle } = socket as unknown as { readonly _handle?: { fd?: number } | null }
  const connection = handle?.fd ?? -1
  if (!socket.destroyed && connection >= 0) system.setCongestionControl(connection, unpaced)
}

function ofSystem(): string {
  try {
    return readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'latin1')
  } catch {
    // No Linux.
    return ''
  }
}
