import { attribute, type HtmlElement } from './html-tree.js';

/** Never text, wherever they stand. */
const NEVER_SHOWN = new Set(
  'audio canvas datalist embed head iframe map math meta noscript object script select style svg template title video'.split(
    ' ',
  ),
);

/** Around the content, not of it. A form's labels and buttons say nothing without the form. */
const PAGE_FURNITURE = new Set('aside button dialog footer form input menu nav search textarea'.split(' '));
const FURNITURE_ROLES = new Set(
  'alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar'.split(' '),
);

/** Documentation tools write notes and warnings as `aside`: those belong to the text. */
const ADMONITION =
  /(?:^|[\s_-])(?:admonition|alert|callout|caution|danger|important|info|note|tip|warning)(?:$|[\s_-])/iu;
const HIDDEN_BY_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/iu;

/**
 * Names that consent tools and hand-made banners use; a section on cookies (`id="cookies"`) is none of them.
 */
const CONSENT_BANNER =
  /(?:^|[\s_-])(?:(?:cookies?|consent|gdpr|ccpa)[_-]?(?:banner|bar|box|consent|dialog|message|modal|notice|overlay|popup|prompt|wall)|onetrust|cybotcookiebot\w*|cookieconsent|cc-window)(?:$|[\s_-])/iu;

/**
 * How much of a page is left out: `furniture` for whole pages, `hidden` where the markup is the content's
 * own.
 */
export type OmittedParts = 'furniture' | 'hidden';

/** Whether an element and all below it are no part of a page's readable content. */
export function isOmitted(element: HtmlElement, omitted: OmittedParts, insideContent: boolean): boolean {
  if (NEVER_SHOWN.has(element.tagName) || isHidden(element)) return true;
  return omitted === 'furniture' && isFurniture(element, insideContent);
}

function isHidden(element: HtmlElement): boolean {
  if (element.attrs.length === 0) return false;
  if (attribute(element, 'hidden') !== null || attribute(element, 'aria-hidden') === 'true') return true;
  return HIDDEN_BY_STYLE.test(attribute(element, 'style') ?? '');
}

/** `insideContent`: within `main` or `article`, where a `header` holds the content's own heading. */
function isFurniture(element: HtmlElement, insideContent: boolean): boolean {
  const names = `${attribute(element, 'class') ?? ''} ${attribute(element, 'id') ?? ''}`;
  if (element.tagName === 'aside') return !ADMONITION.test(names);
  if (PAGE_FURNITURE.has(element.tagName)) return true;
  if (element.tagName === 'header' && !insideContent) return true;
  return FURNITURE_ROLES.has(attribute(element, 'role') ?? '') || CONSENT_BANNER.test(names);
}
