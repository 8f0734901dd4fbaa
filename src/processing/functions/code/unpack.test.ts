import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ZipFile } from 'yazl'
import { collect } from '#kit'
import { checkZip, unpackZip } from './unpack.ts'

const linkMode = 0o120777

/** Of files, and of links: `-> target`. */
async function zipOf(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, text] of Object.entries(entries)) {
    const target = /^-> (.*)$/.exec(text)?.[1]
    const options = target === undefined ? {} : { mode: linkMode }
    zip.addBuffer(Buffer.from(target ?? text), name, options)
  }
  zip.end()
  return collect(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>, 1_000_000)
}

/** A folder for code, in one in which nothing else may appear. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const outside = await mkdtemp(join(tmpdir(), 'boathouse-unpack-'))
  try {
    const folder = join(outside, 'code')
    await mkdir(folder)
    await work(folder)
    assert.deepEqual(await readdir(outside), ['code'])
  } finally {
    await rm(outside, { recursive: true })
  }
}

const outsideError = { code: 'InvalidFunctionParameter', message: /points outside/ }
/** By its letters it stays in the folder; `deep/a/b/up` is the folder itself. */
const climbing = { 'deep/a/b/up': '-> ../../..', out: '-> deep/a/b/up/..' }

test('a layer lies over the one before it, through links too', async () => {
  await inFolder(async (folder) => {
    const first = await zipOf({ 'lib64/a': '1', 'lib64/b': '2', lib: '-> lib64' })
    await unpackZip(first, folder, { replaces: true })
    await unpackZip(await zipOf({ 'lib/b': '3', 'lib/more/c': '4' }), folder, { replaces: true })
    const read = (path: string) => readFile(join(folder, path), 'utf8')
    assert.equal(await read('lib64/a'), '1')
    assert.equal(await read('lib64/b'), '3')
    assert.equal(await read('lib64/more/c'), '4')
  })
})

test('links that lead outside are refused, by whatever way they lead there', async () => {
  for (const [name, target] of [
    ['out', '/etc'],
    ['out', '../x'],
    ['a/out', '../../x'],
  ] as const) {
    await inFolder(async (folder) => {
      const link = await zipOf({ [name]: `-> ${target}` })
      await assert.rejects(unpackZip(link, folder), outsideError)
    })
  }
  await inFolder(async (folder) => {
    await assert.rejects(unpackZip(await zipOf(climbing), folder), outsideError)
  })
})

test('nothing is written through the links of another layer to the outside', async () => {
  await inFolder(async (folder) => {
    const options = { replaces: true }
    await unpackZip(await zipOf(climbing), folder, options).catch(() => undefined)
    for (const name of ['out', 'out/evil', 'out/more/evil']) {
      await unpackZip(await zipOf({ [name]: 'x' }), folder, options).catch(() => undefined)
    }
  })
  await inFolder(async (folder) => {
    const options = { replaces: true }
    // Neither layer alone leads out.
    await unpackZip(await zipOf({ 'deep/a/b/file': '1', up: '-> deep/a/b' }), folder, options)
    await unpackZip(await zipOf({ 'deep/a/b/up': '-> ../../..' }), folder, options)
    const out = await zipOf({ out: '-> up/up/..' })
    await assert.rejects(unpackZip(out, folder, options), outsideError)
    await unpackZip(await zipOf({ 'out/evil': 'x' }), folder, options).catch(() => undefined)
  })
})

test('names that no file can have are refused when the zip is looked at', async () => {
  for (const name of ['x'.repeat(256), `${'d/'.repeat(2100)}f`, 'a\u0000b']) {
    await assert.rejects(checkZip(await zipOf({ [name]: 'x' })), {
      code: 'InvalidFunctionParameter',
    })
  }
  assert.equal(await checkZip(await zipOf({ ['x'.repeat(255)]: 'x' })), 1)
})

test('a link without a target is refused, and is no failure of the server', async () => {
  await inFolder(async (folder) => {
    await assert.rejects(unpackZip(await zipOf({ nowhere: '-> ' }), folder), {
      code: 'InvalidFunctionParameter',
      message: /leads nowhere/,
    })
  })
})

test('of what a zip names twice the last stays, whoever the server runs as', async () => {
  await inFolder(async (folder) => {
    const zip = new ZipFile()
    for (const text of ['first', 'last']) zip.addBuffer(Buffer.from(text), 'twice')
    zip.end()
    const stream = zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>
    await unpackZip(await collect(stream, 1_000_000), folder)
    assert.equal(await readFile(join(folder, 'twice'), 'utf8'), 'last')
  })
})
