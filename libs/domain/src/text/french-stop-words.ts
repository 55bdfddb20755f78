/** French function words that carry no meaning of their own in a question or an answer. */
export const FRENCH_STOP_WORDS: ReadonlySet<string> = new Set(
  `afin ai ainsi alors après as assez au aucun aucune aujourd'hui auquel aussi autre autres aux avaient avait avant
  avec avez avoir avons car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci comme
  comment dans de depuis des desquelles desquels devra doit doivent donc dont du duquel dès elle elles en encore
  entre es est et eu eux faire fais fait faut font il ils j'ai je jusqu'à jusque la laquelle le lequel les
  lesquelles lesquels leur leurs lors lorsque lui là ma mais me mes moi moins mon même mêmes n'est ne ni nos notre
  nous nôtre on ont or ou où par parce pas pendant peu peut peuvent peux plus plusieurs pour pourquoi pourra puis
  puisque qu'elle qu'est qu'il qu'on quand que quel quelle quelles quelque quelques quels qui quoi sa sans se
  selon sera seront ses si soi soient sois soit sommes son sont sous suis sur ta tant te tel telle telles tels tes
  toi ton tous tout toute toutes trop très tu un une va vers veut voici voilà vont vos votre vous vôtre y à
  étaient était étant été être`.split(/\s+/u),
);
