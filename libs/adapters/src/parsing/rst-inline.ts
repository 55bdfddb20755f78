/** Text that a role wraps: `:ref:` and its like show what stands before the address, others show all of it. */
const ROLE = /:[\w:+.-]+:`((?:[^`\\]|\\.)+)`/gu;
const LINK = /`((?:[^`\\]|\\.)+?)\s*<[^<>`]*>`_{1,2}/gu;
const WITH_TARGET = /^(.+?)\s*<[^<>]+>$/su;

/**
 * The readable text of inline reStructuredText: emphasis, code and links as their words, roles as what they show,
 * substitutions as what they stand for, footnote marks as `[1]`.
 */
export function rstInline(source: string, substitutions: ReadonlyMap<string, string>): string {
  return source
    .replace(/``(.+?)``/gsu, (_, code: string) => guarded(code))
    .replace(ROLE, (_, text: string) => WITH_TARGET.exec(text)?.[1] ?? text.replace(/^[~!]/u, ''))
    .replace(LINK, '$1')
    .replace(/`((?:[^`\\]|\\.)+)`_{0,2}/gu, '$1')
    .replace(
      /\|([^|\s](?:[^|\n]*[^|\s])?)\|_{0,2}/gu,
      (whole, name: string) => substitutions.get(name) ?? whole,
    )
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/gsu, '$1')
    .replace(/(?<![\w*\\])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?!\w)/gu, '$1')
    .replace(/\[(?:#[\w-]*|\*|\d+|[\w-]+)\]_(?!\w)/gu, (mark) => mark.slice(0, -1))
    .replace(/(?<=\w)__?(?=[\s.,;:!?)]|$)/gu, '')
    .replace(/\\(.)/gsu, (_, escaped: string) => (escaped === ' ' || escaped === '\n' ? '' : escaped))
    .replace(/[\ue000-\ue004]/gu, (mark) => GUARDED[mark.charCodeAt(0) - 0xe000] ?? mark);
}

/** Characters that mean something, which code must keep as they are. */
const GUARDED = ['*', '`', '|', '_', '\\'];

function guarded(code: string): string {
  return code.replace(/[*`|_\\]/gu, (character) => String.fromCharCode(0xe000 + GUARDED.indexOf(character)));
}
