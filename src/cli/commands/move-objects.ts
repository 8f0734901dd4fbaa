import { elapsedMs } from '#kit'
import type { Command, ObjectsMoving, Terminal } from '../command.ts'

const everyMs = { interactive: 200, else: 10_000 }
const barWidth = 30

/** Status 0 when all bytes are where they shall be, else 1. */
export const moveObjects: Command = {
  name: 'move-objects',
  usage: 'to-s3 | to-disk',
  meaning: 'Move the bytes of all objects of a stopped server between its data folder and an S3.',
  more: `  boathouse move-objects to-s3 --objects s3://bucket/prefix    then: boathouse up --objects s3://bucket/prefix
  boathouse move-objects to-disk --objects s3://bucket/prefix  then: boathouse up

Every blob is compared with its checksum as it is read, is durable at the other end before anything is removed at this one,
and the run may be stopped or killed at any moment: called again it goes on, called the other way it goes back. Until it has
finished, no server starts on the folder. Bytes in --cold-objects stay where they are. Blobs that are damaged or missing are
named and stay, and the move is not finished: go back, delete or restore their objects, and move again. See also fsck.`,
  options: [
    'dataDir',
    'objects',
    'objectsEndpoint',
    'objectsRegion',
    'objectsAccessKeyId',
    'objectsSecretAccessKey',
    'diskReserveMib',
  ],
  run: async ({ config, words, terminal, server }) => {
    const to = words.length === 1 ? directions.get(words[0]!) : undefined
    if (!to) {
      terminal.err("boathouse move-objects: say 'move-objects to-s3' or 'move-objects to-disk'\n")
      return 2
    }
    const bar = new Bar(terminal)
    const { moveObjects: move } = await server()
    const { blobs, bytes, damaged } = await move(config, to, {
      onProgress: (progress) => bar.show(progress),
      onDamaged: ({ kind, blobId }) => terminal.out(`${kind} blob ${blobId}\n`),
    }).finally(() => bar.end())
    const where = to === 's3' ? config.objects : 'the data folder'
    terminal.out(
      damaged > 0
        ? `${blobs} blobs, ${bytes} bytes moved; ${damaged} damaged or missing ones stay, and the move is not finished\n`
        : `${blobs} blobs, ${bytes} bytes moved: all objects lie in ${where}\n`,
    )
    return damaged > 0 ? 1 : 0
  },
}

const directions: ReadonlyMap<string, 's3' | 'disk'> = new Map([
  ['to-s3', 's3'],
  ['to-disk', 'disk'],
])

/** How far it is: one line that is written over for somebody who looks on, now and then a line for a log. */
class Bar {
  readonly #terminal: Terminal
  #shownMs = Number.NEGATIVE_INFINITY
  #isOpen = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show({ blobs, bytes, blobsAll, bytesAll }: ObjectsMoving): void {
    const isLooking = this.#terminal.interactive === true
    const nowMs = elapsedMs()
    if (nowMs - this.#shownMs < (isLooking ? everyMs.interactive : everyMs.else)) return
    this.#shownMs = nowMs
    const share = bytesAll > 0 ? Math.min(bytes / bytesAll, 1) : 1
    const full = Math.round(share * barWidth)
    const drawn = '#'.repeat(full) + '.'.repeat(barWidth - full)
    const text = `[${drawn}] ${(share * 100).toFixed(1)} %, ${blobs} of ${blobsAll} blobs, ${mib(bytes)} of ${mib(bytesAll)} MiB`
    this.#terminal.err(isLooking ? `\r${text}\x1b[K` : `${text}\n`)
    this.#isOpen = isLooking
  }

  end(): void {
    if (this.#isOpen) this.#terminal.err('\n')
    this.#isOpen = false
  }
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0)
}
