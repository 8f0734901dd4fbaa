import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'

interface Exports extends WasmModule {
  bytesAt(): number
  bytesMax(): number
  crcOf(sizeBytes: number, before: bigint): bigint
}

interface Memory {
  readonly crcOf: Exports['crcOf']
  readonly bytes: Uint8Array
}

/** Nothing stays in it from call to call: all who hash on this thread use one. */
let memory: Memory | undefined

function memoryOf(): Memory {
  const { memory: whole, bytesAt, bytesMax, crcOf } = instantiateWasm<Exports>(wasm)
  return { crcOf, bytes: new Uint8Array(whole.buffer, bytesAt(), bytesMax()) }
}

/** CRC-64/NVME of bytes that follow others, whose value is `before`: 0 where there are none. */
export function crc64Nvme(chunk: Uint8Array, before = 0n): bigint {
  const { crcOf, bytes } = (memory ??= memoryOf())
  let crc = before
  for (let at = 0; at < chunk.byteLength; at += bytes.byteLength) {
    const taken = chunk.subarray(at, at + bytes.byteLength)
    bytes.set(taken)
    crc = crcOf(taken.byteLength, crc)
  }
  return BigInt.asUintN(64, crc)
}
