/**
 * English function words that carry no meaning of their own in a question or an answer. Written in folded
 * form, with the plain apostrophe. `on`, `off`, `up`, `down`, `out`, `over` and `under` are left in: in
 * product language they are often what the sentence is about ("turn off", "log out", "over the limit").
 */
export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also am an and any are aren't as at be because been before being between both but by can can't
  cannot could couldn't did didn't do does doesn't doing don't each for from had hadn't has hasn't have haven't having
  he he'd he'll he's her here here's hers him his how how's i i'd i'll i'm i've if in into is isn't it it'd it'll it's
  its itself just let's may me might more most my myself no nor not of once or our ours shall shan't she she'd she'll
  she's should shouldn't so some such than that that's the their theirs them then there there's these they they'd
  they'll they're they've this those though through to too very was wasn't we we'd we'll we're we've were weren't what
  what's when when's where where's which while who who's whom whose why why's will with won't would wouldn't you you'd
  you'll you're you've your yours yourself`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);
