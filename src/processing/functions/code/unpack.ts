import { createWriteStream } from 'node:fs'
import { chmod, lstat, mkdir, realpath, symlink, unlink } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Entry, ZipFile } from 'yauzl'
import { collect } from '#kit'
import { FunctionErrors } from '../errors.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const unpackedBytesMax = 262_144_000
const entriesMax = 200_000
const linkBytesMax = 4096
const nameBytesMax = 255
const pathBytesMax = 2048

const fileTypes = 0o170000
const linkType = 0o120000

/**
 * Reads the directory of a zip and checks it: names, number and sizes of what it holds. What it says of sizes is checked again as
 * it is unpacked. Error: `InvalidFunctionParameter`. Resolves to the size of all files, bytes.
 */
export async function checkZip(zip: Buffer): Promise<number> {
  return walk(zip, async () => {})
}

/**
 * Unpacks a zip into an existing folder. Nothing lands outside: names are checked, links, which must lead inside, are made last, and those
 * of a zip before it are looked at before anything is written through them. Files can be read by everybody and written by nobody.
 */
export async function unpackZip(
  zip: Buffer,
  folder: string,
  /** What is there already, from another zip, is replaced. */
  options: { readonly replaces?: boolean } = {},
): Promise<void> {
  const root = await realpath(folder)
  const links: Link[] = []
  const known = new Set<string>([folder])
  const makeFolder = async (path: string) => {
    if (known.has(path)) return
    if (options.replaces) await mustLieInside(root, path)
    await mkdir(path, { recursive: true, mode: 0o755 })
    known.add(path)
  }
  await walk(zip, async (file, entry) => {
    const mode = entry.externalFileAttributes >>> 16
    const path = join(folder, entry.fileName)
    if (entry.fileName.endsWith('/')) {
      await makeFolder(normalize(join(path, '.')))
      return
    }
    await makeFolder(dirname(path))
    // A zip may name a file twice, and who is not root cannot write over what nobody may write.
    await unlink(path).catch(unlessAbsent)
    const content = await file.openReadStreamPromise(entry)
    if ((mode & fileTypes) === linkType) {
      const target = (await collect(content, linkBytesMax)).toString()
      if (target === '') throw invalid(`The link ${entry.fileName} leads nowhere`)
      const end = normalize(join(dirname(entry.fileName), target))
      if (target.startsWith('/') || end === '..' || end.startsWith('../')) {
        throw outside(entry.fileName)
      }
      links.push({ name: entry.fileName, path, target })
      return
    }
    await pipeline(content, createWriteStream(path, { mode: 0o644 }))
    await chmod(path, (mode & 0o111) === 0 ? 0o444 : 0o555)
  })
  await makeLinks(root, links)
}

interface Link {
  readonly name: string
  readonly path: string
  readonly target: string
}

/** What the letters of a target say is not where it leads: other links may stand on the way. */
async function makeLinks(root: string, links: readonly Link[]): Promise<void> {
  for (const { path, target } of links) {
    try {
      await symlink(target, path)
    } catch (error) {
      if (isSystemError(error)) throw error
      throw FunctionErrors.InvalidFunctionParameter(notUnzipped, {}, error)
    }
  }
  for (const { name, path } of links) {
    const end = await realpath(path).catch(() => undefined)
    if (end !== undefined && !isInside(root, end)) throw outside(name)
  }
}

/** A folder that is there, or will be: nothing on the way to it leads outside. Error: `InvalidFunctionParameter`. */
async function mustLieInside(root: string, path: string): Promise<void> {
  let there = path
  while (!(await lstat(there).catch(unlessAbsent))) there = dirname(there)
  const end = await realpath(there).catch(() => undefined)
  if (end === undefined || !isInside(root, end)) throw outside(path.slice(root.length + 1))
}

const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(`${root}/`)

async function walk(
  zip: Buffer,
  visit: (file: ZipFile, entry: Entry) => Promise<void>,
): Promise<number> {
  const { fromBufferPromise } = await import('yauzl')
  let bytes = 0
  try {
    // Names that are absolute, climb or hold a backslash are refused by the reader itself.
    const file = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true })
    if (file.entryCount > entriesMax) throw invalid(`more than ${entriesMax} entries`)
    for await (const entry of file.eachEntry()) {
      bytes += entry.uncompressedSize
      if (bytes > unpackedBytesMax) {
        throw invalid(`Unzipped size must be smaller than ${unpackedBytesMax} bytes`)
      }
      if (!canBeNamed(entry.fileName)) throw invalid('An entry has a name that no file can have')
      if (entry.isEncrypted()) throw invalid('Encrypted zip files are not supported')
      await visit(file, entry)
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'LakeError') throw error
    if (isSystemError(error)) throw error
    throw FunctionErrors.InvalidFunctionParameter(notUnzipped, {}, error)
  }
  return bytes
}

const notUnzipped =
  'Could not unzip uploaded file. Please check your file, then try to upload again.'

function canBeNamed(path: string): boolean {
  const isShort = Buffer.byteLength(path) <= pathBytesMax
  return (
    isShort &&
    !path.includes('\0') &&
    path.split('/').every((name) => Buffer.byteLength(name) <= nameBytesMax)
  )
}

function isSystemError(error: unknown): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException
  return syscall !== undefined && code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EISDIR'
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  return undefined
}

function outside(name: string) {
  return invalid(`The link ${name} points outside of the deployment package`)
}

function invalid(message: string) {
  return FunctionErrors.InvalidFunctionParameter(message)
}
