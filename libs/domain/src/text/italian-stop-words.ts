/** Italian function words that carry no meaning of their own in a question or an answer. */
export const ITALIAN_STOP_WORDS: ReadonlySet<string> = new Set(
  `a abbia abbiamo abbiano agli ai al alcun alcuna alcune alcuni alla alle allo anche ancora avere avete aveva
  avevano avuto c'è che chi ci ciò coi col come con contro cosa così cui da dagli dai dal dalla dalle dallo degli
  dei del della delle dello dentro deve devo devono di dopo dov'è dove dunque e ed egli era erano essa esse essere
  essi esso fa fare fino fra fu gli ha hai hanno ho i il in infatti invece io l la le lei li lo loro lui ma me
  mentre mi mia mie miei mio molta molte molti molto ne negli nei nel nella nelle nello no noi non nostra nostre
  nostri nostro né o ogni oppure ora per perché perciò però più po poi possa possiamo posso possono prima può qual
  qualche quale quali quando quanta quante quanti quanto quegli quei quel quella quelle quelli quello questa
  queste questi questo qui quindi saranno sarà se sei senza si sia siamo siano siete solo sono sopra sotto sta
  stata state stati stato su sua sue sugli sui sul sulla sulle sullo suo suoi tra tu tua tue tuo tuoi tutta tutte
  tutti tutto un una uno vi voi vostra vostre vostri vostro è`.split(/\s+/u),
);
