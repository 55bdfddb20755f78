/** German function words that carry no meaning of their own in a question or an answer. */
export const GERMAN_STOP_WORDS: ReadonlySet<string> = new Set(
  `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei
  beim bevor bin bis bist da dabei dadurch dafür dagegen damit danach daran darauf daraus darf darfst darin darum
  darüber das dass davon dazu dein deine deinem deinen deiner deines dem den denen denn der deren derer des
  deshalb dessen desto dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen
  einer eines einige einigem einigen einiger er es etwas euch euer eure eurem euren eurer für gegen gerade gewesen
  hab habe haben habt hat hatte hatten hier hin hinter hätte hätten hättest ich ihm ihn ihnen ihr ihre ihrem ihren
  ihrer ihres im in indem ins ist ja je jede jedem jeden jeder jedes jene jenem jenen jener jenes kann kannst
  können könnt könnte könnten man manche manchem manchen mancher mein meine meinem meinen meiner meines mich mir
  mit muss musst müssen müsste nach nachdem nicht noch nun nur ob oder ohne sehr sei seid sein seine seinem seinen
  seiner seines seit sich sie sind so sobald solche solchem solchen solcher soll sollen sollte sollten sondern
  sonst sowie um und uns unser unsere unserem unseren unserer unter vom von vor wann war waren warst warum was
  weil weiter welche welchem welchen welcher welches wenn wer werde werden werdet weshalb wessen wie wieder will
  wir wird wirst wo wobei wohin wollen wollte wollten womit woran worden worüber wurde wurden während würde würden
  zu zum zur zwar zwischen über`.split(/\s+/u),
);
