/** Portuguese function words that carry no meaning of their own in a question or an answer. */
export const PORTUGUESE_STOP_WORDS: ReadonlySet<string> = new Set(
  `a ainda algo algum alguma algumas alguns alguém além ambos antes ao aos apenas após aquela aquelas aquele
  aqueles aquilo as assim até cada com como contra contudo cuja cujo da daquela daquele das de dela delas dele
  deles depois desde dessa desse desta deste deve devem devo do dos duas durante e ela elas ele eles em embora
  enquanto entre era eram essa essas esse esses esta estar estas estava este estes estou está estão eu faz fazer
  foi for foram fosse há isso isto já lhe lhes lo lá mais mas me mesma mesmas mesmo mesmos meu meus minha minhas
  muita muitas muito muitos na nas nem nenhum nenhuma nessa nesse nesta neste ninguém no nos nossa nossas nosso
  nossos num numa nunca não nós o onde os ou outra outras outro outros para pela pelas pelo pelos pode podem por
  porque porquê porém posso pouco quais qual qualquer quando quanta quantas quanto quantos que quem quê se seja
  sejam sem sempre sendo ser será serão seu seus sido sob sobre sua suas são só também tanto te tem tenha tenho
  ter teu teus teve tinha tive toda todas todavia todo todos tu tua tuas tudo têm um uma umas uns vai você vocês
  vos vosso vão à às é`.split(/\s+/u),
);
