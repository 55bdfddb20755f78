/** Dutch function words that carry no meaning of their own in a question or an answer. */
export const DUTCH_STOP_WORDS: ReadonlySet<string> = new Set(
  `aan achter af al alle alleen alles als altijd ander andere anders beide ben bent bij bijna binnen boven buiten
  daar daarbij daarna daarom daarvan dan dat de deze die dit doch doe doen doet door dus een eerst elk elke en
  enige er erg ge geen geweest haar had hadden heb hebben hebt heeft hem hen het hier hierbij hij hoe hoeveel hun
  iemand iets ik in indien is ja je jij jou jouw jullie kan kon konden kunnen kunt maar mag me meer men met mij
  mijn mocht moest moet moeten mogen na naar naast nadat niet niets nog nu of om omdat ons onze ook op over per
  reeds sinds sommige steeds te tegen ten ter terwijl toch toen tot totdat tussen u uit uw vaak van vanaf vanuit
  veel via volgens voor voordat waar waarbij waardoor waarin waarmee waarom waarop waaruit wanneer want waren was
  wat we weer wel welk welke werd werden wie wij wil willen word worden wordt zal ze zelf zich zij zijn zo zoals
  zodat zonder zou zouden zulke zullen één`.split(/\s+/u),
);
