import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'
import { md5, oneBlockBytes, type HashKey } from './md5.ts'

interface Exports extends WasmModule {
  blocksAt(): number
  digestsAt(): number
  digestFour(): void
}

export const lanes = 4

interface Memory {
  readonly digestFour: () => void
  /** Of four texts side by side: a word of each, then the next. */
  readonly bytes: Uint8Array
  readonly digests: Uint32Array
}

let memory: Memory | undefined

function memoryOf(): Memory {
  const { memory: whole, blocksAt, digestsAt, digestFour } = instantiateWasm<Exports>(wasm)
  return {
    digestFour,
    bytes: new Uint8Array(whole.buffer, blocksAt(), lanes * 64),
    digests: new Uint32Array(whole.buffer, digestsAt(), lanes * 4),
  }
}

/**
 * MD5 of four texts, or fewer, at once: for those who hash many. Each text is given to a lane, then all are digested, then each digest
 * is taken. One caller at a time, who waits for nothing in between.
 */
export class KeyHashes {
  readonly #memory: Memory = (memory ??= memoryOf())
  /** Of texts that have more than one block, by their lane. */
  readonly #long = [new Uint32Array(4), new Uint32Array(4), new Uint32Array(4), new Uint32Array(4)]
  readonly #isLong = [false, false, false, false]

  give(lane: number, bytes: Buffer, start: number, end: number): void {
    const size = end - start
    const isLong = size > oneBlockBytes
    this.#isLong[lane] = isLong
    if (isLong) {
      md5(bytes, start, end, this.#long[lane]!)
      return
    }
    const into = this.#memory.bytes
    const base = lane * 4
    for (let index = 0; index < size; index += 1) {
      into[base + (index >> 2) * 16 + (index & 3)] = bytes[start + index]!
    }
    into[base + (size >> 2) * 16 + (size & 3)] = 0x80
    // How many bits it has: two bytes are enough.
    into[base + 14 * 16] = size << 3
    into[base + 14 * 16 + 1] = size >> 5
  }

  digest(): void {
    this.#memory.digestFour()
  }

  /** The digest of the text that the lane was given. */
  take(lane: number, digest: HashKey): void {
    if (this.#isLong[lane]) {
      digest.set(this.#long[lane]!)
      return
    }
    const { digests } = this.#memory
    digest[0] = digests[lane]!
    digest[1] = digests[lane + 4]!
    digest[2] = digests[lane + 8]!
    digest[3] = digests[lane + 12]!
  }
}
